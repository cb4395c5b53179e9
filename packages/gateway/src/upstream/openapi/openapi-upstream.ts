import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { duplicateOf, memberOf, textOf } from '../../protocol/json/span.ts'
import {
  errorMessage,
  readMessage,
  resultMessage,
  RPC_INVALID_PARAMS,
  RPC_METHOD_NOT_FOUND,
  type Message,
} from '../../protocol/message.ts'
import type { HttpPools } from '../http/pools.ts'
import type { ModernRequest, ModernUpstream } from '../modern-upstream.ts'
import type { UpstreamResponse } from '../upstream.ts'
import { discoverText, metaOf, toolsText } from './answers.ts'
import { ArgumentFault } from './argument-fault.ts'
import { buildRequest, type ApiRequest, type Arguments } from './build-request.ts'
import { argumentFaults } from './check-arguments.ts'
import { faultText, resultText } from './read-answer.ts'
import { readCatalog, transportOf, type ReadCatalog } from './read-catalog.ts'
import { sendToApi } from './send.ts'

/**
 * REST APIs as modern servers (ADR-0022): lists come from the compiled catalog, a call is one request to the
 * API, and nothing is kept between two of them.
 */
export function createOpenApiUpstream(pools: HttpPools): ModernUpstream {
  return {
    async send(server, request) {
      const catalog = readCatalog(server)
      const message = readMessage(request.text)
      const id = message.idText
      if (id === undefined) return { status: 202, sessionId: undefined, body: ACCEPTED }
      switch (request.method) {
        case 'server/discover':
          return answered(200, resultMessage(id, discoverText(server, catalog)))
        case 'tools/list': {
          const cursor = memberOf(message.params, 'cursor')
          const given =
            cursor === undefined ? undefined : (stringAt(message.text, cursor.value) ?? '')
          const text = toolsText(server, catalog, given)
          return text === undefined
            ? refused(id, 'there is no page with this cursor')
            : answered(200, resultMessage(id, text))
        }
        case 'tools/call':
          return await callTool({ pools, server, catalog, message, request, id })
        default: {
          const text = errorMessage(id, RPC_METHOD_NOT_FOUND, `Method not found: ${request.method}`)
          return answered(404, text)
        }
      }
    },
  }
}

const ACCEPTED = { kind: 'none', detail: '' } as const

type ToolCall = {
  readonly pools: HttpPools
  readonly server: ServerEntity
  readonly catalog: ReadCatalog
  readonly message: Message
  readonly request: ModernRequest
  readonly id: string
}

async function callTool(call: ToolCall): Promise<UpstreamResponse> {
  const { pools, server, catalog, message, request, id } = call
  const name = stringAt(message.text, memberOf(message.params, 'name')?.value) ?? ''
  const operation = catalog.byName.get(name)
  if (operation === undefined) return refused(id, `Unknown tool: ${name}`)
  const meta = metaOf(server, catalog)
  const { baseUrl, headers, credentials } = transportOf(server)
  const way = pools.targetOf(server, { url: baseUrl, headers })
  const basePath = (way.path.split('?')[0] ?? '').replace(/\/+$/, '')
  let sent: ApiRequest
  try {
    const given = argumentsOf(message)
    const faults = argumentFaults(catalog.inputSchema(operation), parsed(given))
    if (faults.length > 0) return answered(200, resultMessage(id, faultText(faults, meta)))
    const target = { schemes: catalog.schemes, credentials, headers: way.headers, basePath }
    sent = buildRequest(operation, target, given)
  } catch (error) {
    if (!(error instanceof ArgumentFault)) throw error
    return answered(200, resultMessage(id, faultText([error.message], meta)))
  }
  const hasCredential = operation.credentials.length > 0 || Object.keys(way.headers).length > 0
  const answer = await sendToApi(way.pool, sent, {
    signal: request.signal,
    resultBytesMax: server.limits.resultBytesMax,
    hasCredential,
  })
  const uri = `${new URL(baseUrl).origin}${sent.path.split('?')[0] ?? ''}`
  return answered(200, resultMessage(id, resultText(answer, { operation, uri, meta })))
}

const NO_ARGUMENTS: Arguments = { text: '{}', object: scanObject('{}') }

function argumentsOf({ text, params }: Message): Arguments {
  const member = memberOf(params, 'arguments')
  if (member === undefined || textOf(text, member.value) === 'null') return NO_ARGUMENTS
  const object = scanObject(text, member.value.start)
  if (object === undefined) throw new ArgumentFault('the arguments must be an object.')
  const twice = duplicateOf(object)
  if (twice !== undefined) throw new ArgumentFault(`${JSON.stringify(twice)} stands twice.`)
  return { text, object }
}

function parsed({ text, object }: Arguments): unknown {
  return object === undefined ? {} : JSON.parse(textOf(text, object.span))
}

function refused(id: string, message: string): UpstreamResponse {
  return answered(200, errorMessage(id, RPC_INVALID_PARAMS, message))
}

function answered(status: number, text: string): UpstreamResponse {
  return { status, sessionId: undefined, body: { kind: 'message', text } }
}
