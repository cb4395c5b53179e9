import type { Ids, Problem } from '@mcp-orchestra/kernel'
import { createPipeline } from '../pipeline.ts'
import { classify, isModernVersion } from '../protocol/classify.ts'
import { isBatch } from '../protocol/batch.ts'
import { headerOf } from '../protocol/codec.ts'
import { errorMessage, MessageError, readMessage, type Message } from '../protocol/message.ts'
import { problemMessage, sendRpcRefusal } from './delivery/refusal.ts'
import type { ClientExchange } from './http-listener.ts'
import type { HttpReply } from './http-reply.ts'
import { createLegacyCarrier } from './legacy-carrier.ts'
import { createLegacyDoor } from './legacy-door.ts'
import { carryModern } from './modern-door.ts'
import { refuseListen } from './problems.ts'
import type { RelayParts } from './relay-parts.ts'
import { refuseTarget } from './target-refusal.ts'
import { createSseDoor, type SseDoor } from './sse/sse-door.ts'
import { readSsePath, type SsePath } from './sse/sse-path.ts'
import type { Visit } from './visit.ts'

/** Carries one HTTP request: who calls, at which endpoint, what it says, and through which era's door it goes. */
export function createCarryExchange(
  parts: RelayParts & { readonly ids: Ids },
): (exchange: ClientExchange) => Promise<void> {
  const carry = createPipeline(parts)
  const carrier = createLegacyCarrier(parts, carry)
  const legacy = createLegacyDoor(parts, carrier)
  const sse = parts.legacySse === true ? createSseDoor(parts, carrier) : undefined

  const post = async (visit: Visit): Promise<void> => {
    const { exchange } = visit
    const { headers, reply } = exchange
    const text = await exchange.readBody()
    if (isBatch(text)) return await legacy.postBatch(visit, text)
    const message = read(text, reply)
    if (message === undefined) return
    const idText = message.idText ?? 'null'
    const classified = classify(message, headers)
    if (classified.kind === 'refused') return sendRpcRefusal(reply, idText, classified.refusal)
    const { codec } = classified
    const refusal = codec.check(message, headers) ?? refuseTarget(codec, message)
    if (refusal !== undefined) return sendRpcRefusal(reply, idText, refusal)
    if (codec.era === 'modern') await carryModern(parts, carry, codec, visit, message)
    else await legacy.post(visit, message)
  }

  /** HTTP+SSE: a stream by GET, messages by POST at the address that it named. */
  const olderTransport = async (door: SseDoor, visit: Visit, path: SsePath): Promise<void> => {
    const { exchange, caller, endpoint } = visit
    const isStream = path.channelId === undefined
    if (exchange.method !== (isStream ? 'GET' : 'POST')) {
      exchange.reply.setHeader('allow', isStream ? 'GET' : 'POST')
      return exchange.reply.problem(refuseListen('listen.method_not_allowed'))
    }
    if (!isStream) return await door.post(visit, path)
    const refusal =
      endpoint.server === undefined ? undefined : parts.authorizer.mayUse(caller, endpoint.server)
    if (refusal !== undefined) return exchange.reply.problem(refusal)
    await door.get(visit, path)
  }

  return async (exchange) => {
    const { headers, method, path, reply } = exchange
    const verification = await parts.authorizer.verify(headers.authorization)
    if (verification.kind === 'refused') return refuseUnread(exchange, verification.problem)
    const ssePath = sse === undefined ? undefined : readSsePath(path)
    const endpoint = parts.endpoints.find(ssePath?.endpointPath ?? path)
    if (endpoint === undefined)
      return refuseUnread(exchange, refuseListen('listen.unknown_endpoint'))
    const { caller } = verification
    const visit = { exchange, caller, endpoint }
    if (sse !== undefined && ssePath !== undefined) return await olderTransport(sse, visit, ssePath)
    if (method === 'POST') return await post(visit)
    // Sessions and their streams are the legacy era's: the modern one has POST alone.
    const isModern =
      isModernVersion(headerOf(headers, 'mcp-protocol-version')) ||
      (endpoint.server?.era === 'modern' && headerOf(headers, 'mcp-session-id') === undefined)
    if (isModern) {
      reply.setHeader('allow', 'POST')
      return reply.problem(refuseListen('listen.method_not_allowed'))
    }
    // A server that the caller may not see any more looks like one whose session has ended.
    const refusal =
      endpoint.server === undefined ? undefined : parts.authorizer.mayUse(caller, endpoint.server)
    if (refusal !== undefined) return reply.problem(refuseListen('listen.session_unknown'))
    if (method === 'GET') await legacy.get(visit)
    else await legacy.remove(visit)
  }
}

/** Refuses what was not read. A modern client's POST is JSON-RPC by its headers, and its refusal is too; its id is not known. */
function refuseUnread({ headers, method, reply }: ClientExchange, problem: Problem): void {
  const isRpc = method === 'POST' && isModernVersion(headerOf(headers, 'mcp-protocol-version'))
  reply.problem(problem, isRpc ? problemMessage('null', problem, reply.requestId) : undefined)
}

/** Reads the message of a POST; undefined when it was refused, and answered so. */
function read(text: string, reply: HttpReply): Message | undefined {
  try {
    return readMessage(text)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    reply.json(400, errorMessage('null', error.rpcCode, error.message))
    return undefined
  }
}
