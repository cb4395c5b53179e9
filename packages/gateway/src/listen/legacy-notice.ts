import { Problem } from '@mcp-orchestra/kernel'
import { paramText, type Message } from '../protocol/message.ts'
import { rewriteParams } from '../protocol/rewrite.ts'
import { CallAbort } from '../upstream/call-abort.ts'
import { withDeadline } from '../upstream/deadline.ts'
import {
  HELD_BYTES_MAX,
  SessionLost,
  type UpstreamLink,
  type UpstreamResponse,
} from '../upstream/upstream.ts'
import { problemMessage } from './delivery/refusal.ts'
import { endpointRequest } from './endpoint-request.ts'
import type { Visit } from './visit.ts'
import { createLegacyHop, linkTo, type LegacyHopParts } from './legacy-hop.ts'
import { refusalToCarry } from './may-carry.ts'
import { refuseListen } from './problems.ts'
import type { RelayParts } from './relay-parts.ts'
import type { Reply } from './reply.ts'

/** Carries what a legacy client posts without waiting for a result: notifications, and answers to servers' requests. */
export async function carryLegacyNotice(
  parts: RelayParts,
  hop: LegacyHopParts,
  visit: Visit,
  message: Message,
  reply: Reply = visit.exchange.reply,
): Promise<void> {
  try {
    const refused = await carryNotice(parts, hop, visit, message, reply)
    if (refused?.body.kind === 'message') reply.json(refused.status, refused.body.text)
    else reply.empty(202)
  } catch (error) {
    const problem = error instanceof SessionLost ? lostProblem(hop, error) : error
    if (!(problem instanceof Problem)) throw error
    reply.json(problem.kind.status, problemMessage('null', problem, reply.requestId))
  }
}

/** The server's own refusal of the notice, if it refused. */
async function carryNotice(
  parts: RelayParts,
  hop: LegacyHopParts,
  visit: Visit,
  message: Message,
  reply: Reply,
): Promise<UpstreamResponse | undefined> {
  const { session } = hop
  const send = (link: UpstreamLink, text: string): Promise<UpstreamResponse | undefined> =>
    sendNotice(
      link,
      text,
      message,
      session.codec.headersFor(message, visit.exchange.headers, undefined),
    )
  if (message.kind === 'response') {
    const answer = session.answer(message)
    if (answer === undefined && session.isOfBefore(message))
      throw refuseListen('listen.question_lost')
    return answer === undefined ? undefined : await send(answer.link, answer.text)
  }
  if (message.method === 'notifications/cancelled') return await cancel(hop, message, send)
  if (message.method === 'notifications/progress') {
    const progress = session.progress(message)
    return progress === undefined ? undefined : await send(progress.link, progress.text)
  }
  const { caller, endpoint, exchange } = visit
  const { headers } = exchange
  const request = {
    caller,
    endpoint,
    codec: session.codec,
    message,
    headers,
    reply,
    hop: createLegacyHop(hop),
  }
  const route = await endpoint.resolve(endpointRequest(request, session.ended))
  if (route.kind === 'refused') throw route.problem
  if (route.kind === 'broadcast')
    await Promise.all(session.links.map((link) => send(link, message.text)))
  if (route.kind !== 'relay') return undefined
  const refusal = refusalToCarry(parts.authorizer, caller, route.server, message.method, undefined)
  if (refusal !== undefined) throw refusal
  const link = hop.isBare
    ? session.attach(route.server)
    : await linkTo(hop, route.server, session.ended)
  return await send(link, message.text)
}

/** `notifications/cancelled` names the client's own id: the server gets the one that it knows. */
async function cancel(
  { session }: LegacyHopParts,
  message: Message,
  send: (link: UpstreamLink, text: string) => Promise<UpstreamResponse | undefined>,
): Promise<undefined> {
  const call = session.callOf(paramText(message, 'requestId'))
  const link = call === undefined ? undefined : session.linkTo(call.facts.server.id)
  if (call === undefined || link === undefined) return
  call.abort(new CallAbort('cancelled', undefined))
  await send(link, rewriteParams(message, 'requestId', String(call.facts.mintedId)))
}

async function sendNotice(
  link: UpstreamLink,
  text: string,
  message: Message,
  headers: Readonly<Record<string, string>>,
): Promise<UpstreamResponse | undefined> {
  const response = await withDeadline(link.server.limits.callTimeoutMs, undefined, (signal) =>
    link.send(text, {
      method: message.method,
      id: undefined,
      headers,
      signal,
      heldBytesMax: HELD_BYTES_MAX,
    }),
  )
  return response.status >= 400 ? response : undefined
}

function lostProblem({ session, endpoint, onLost }: LegacyHopParts, cause: Error): Problem {
  if (endpoint.server !== undefined) onLost(session)
  return refuseListen('listen.session_unknown', { cause })
}
