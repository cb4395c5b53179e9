import { Problem } from '@mcp-orchestra/kernel'
import { scanObject } from '../../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../../protocol/json/span.ts'
import type { Endpoint, EndpointRequest, Route } from '../../endpoint.ts'
import { addressed } from '../addresses/readdress.ts'
import type { AggregateCore } from '../aggregate-core.ts'
import { answer, invalid } from '../answers.ts'
import type { MergedEntry } from '../lists/merge.ts'
import { LIST_CHANGES } from '../subscriptions/filter.ts'
import { listenToAll } from '../subscriptions/listen-to-all.ts'
import { LIST_TTL_MS, MODERN_META } from '../welcome.ts'
import { META_TOOLS, readSearch } from './definitions.ts'
import { greetMetaTools } from './meta-greeting.ts'
import { plainCall, plainHeaders, readNamedCall } from './plain-call.ts'
import { ToolIndexes } from './tool-index.ts'
import { describeText, searchText, toolError, toolResult } from './tool-results.ts'
import { findTool } from './find-tool.ts'

/**
 * `/t/mcp`: the tools of all servers behind three that never change, for catalogs that no model's context holds.
 * `call_tool` becomes the plain call of its tool before anything is authorized, priced or recorded (ADR-0020);
 * whatever is not a tool is answered as at `/mcp`.
 */
export function createMetaToolsEndpoint(core: AggregateCore, aggregate: Endpoint): Endpoint {
  const { memberships, ports } = core
  const { authorizer, snapshot } = ports
  const indexes = new ToolIndexes(core)

  /** By the rights of this moment: a catalog may be some seconds old. */
  const mayCall = ({ caller }: EndpointRequest, { server, name }: MergedEntry): boolean =>
    authorizer.mayUse(caller, server) === undefined &&
    authorizer.mayCall(caller, server, name) === undefined

  const search = async (request: EndpointRequest, given: Given): Promise<string> => {
    const question = readSearch(given)
    if (typeof question === 'string') return toolError(request.era, question)
    const { tools, rank } = await indexes.of(request)
    const { query, limit } = question
    const ranked = query.trim() === '' ? tools : rank(query).flatMap((at) => tools[at] ?? [])
    const matching = ranked.filter((tool) => mayCall(request, tool))
    const found = matching.slice(0, limit)
    return toolResult(request.era, searchText(found, matching.length, snapshot))
  }

  const describe = async (request: EndpointRequest, given: Given): Promise<string> => {
    const { name } = given
    if (typeof name !== 'string') return toolError(request.era, '`name` is missing: which tool.')
    const tool = await findTool(core, indexes, request, name)
    return tool === undefined || !mayCall(request, tool)
      ? unknownTool(request, name)
      : toolResult(request.era, describeText(tool, snapshot))
  }

  const call = async (request: EndpointRequest, paramsText: string): Promise<Route> => {
    const named = readNamedCall(paramsText)
    if (typeof named === 'string') return answer(toolError(request.era, named))
    const tool = await findTool(core, indexes, request, named.name)
    if (tool === undefined || !mayCall(request, tool))
      return answer(unknownTool(request, named.name))
    const { server, name, text } = tool
    const { idText } = request
    const asked = {
      text: plainCall({ idText, paramsText }, name, named.argumentsText),
      headers: request.era === 'modern' ? plainHeaders(name, text, named.argumentsText) : {},
    }
    return addressed(core, request, { kind: 'relay', server, asked })
  }

  const callTool = async (request: EndpointRequest): Promise<Route> => {
    const { target, paramsText = '{}' } = request
    switch (target) {
      case 'search_tools':
        return answer(await search(request, givenIn(paramsText)))
      case 'describe_tool':
        return answer(await describe(request, givenIn(paramsText)))
      case 'call_tool':
        return await call(request, paramsText)
      default:
        return invalid(
          `unknown tool: ${target}; this endpoint has search_tools, describe_tool and call_tool`,
        )
    }
  }

  return {
    ...aggregate,
    id: 't',
    async resolve(request) {
      if (request.kind === 'notification') return await aggregate.resolve(request)
      try {
        switch (request.method) {
          case 'tools/list':
            return hasCursor(request)
              ? invalid('this list has no further page')
              : answer(listText(request))
          case 'tools/call':
            return await callTool(request)
          case request.era === 'legacy' ? 'initialize' : 'server/discover':
            return answer(greetMetaTools(request, await memberships.of(request)))
          case request.era === 'modern' && 'subscriptions/listen':
            return listenToAll(request, core.listening, CHANGING_LISTS)
          default:
            return await aggregate.resolve(request)
        }
      } catch (failure) {
        if (failure instanceof Problem) return { kind: 'refused', problem: failure }
        throw failure
      }
    },
  }
}

/** All lists but that of the tools. */
const CHANGING_LISTS = LIST_CHANGES.filter(({ capability }) => capability !== 'tools').reduce(
  (lists, { bit }) => lists | bit,
  0,
)

type Given = Readonly<Record<string, unknown>>

function givenIn(paramsText: string): Given {
  const member = memberOf(scanObject(paramsText), 'arguments')
  const isObject = member !== undefined && scanObject(paramsText, member.value.start) !== undefined
  return isObject ? (JSON.parse(textOf(paramsText, member.value)) as Given) : {}
}

function listText({ era }: EndpointRequest): string {
  const rest = {
    resultType: 'complete',
    ttlMs: LIST_TTL_MS,
    cacheScope: 'public',
    _meta: MODERN_META,
  }
  return JSON.stringify({ tools: META_TOOLS, ...(era === 'modern' ? rest : {}) })
}

function unknownTool({ era }: EndpointRequest, name: string): string {
  return toolError(era, `There is no tool ${JSON.stringify(name)}. Find one with search_tools.`)
}

function hasCursor({ paramsText }: EndpointRequest): boolean {
  return paramsText !== undefined && memberOf(scanObject(paramsText), 'cursor') !== undefined
}
