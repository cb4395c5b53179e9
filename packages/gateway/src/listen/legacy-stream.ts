import { Cancel, type CancelSignal } from '../cancel.ts'
import { Problem } from '@mcp-orchestra/kernel'
import { headerOf } from '../protocol/codec.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { READ_ENOUGH } from '../upstream/http/exchange.ts'
import { SessionLost, type UpstreamLink, type UpstreamResponse } from '../upstream/upstream.ts'
import { relayEvents } from './delivery/deliver.ts'
import { problemMessage } from './delivery/refusal.ts'
import type { Visit } from './visit.ts'
import { linkTo, type LegacyHopParts } from './legacy-hop.ts'
import { refuseListen } from './problems.ts'
import type { RelayParts } from './relay-parts.ts'

/** Serves the GET stream of a legacy session: what its servers send unasked, and streams that are resumed. */
export async function relayLegacyStream(
  parts: RelayParts,
  hop: LegacyHopParts,
  visit: Visit,
): Promise<void> {
  const { session, endpoint } = hop
  const { reply } = visit.exchange
  const over = new Cancel()
  const release = over.follow(reply.left, session.ended)
  const { signal } = over
  session.streams += 1
  try {
    if (endpoint.server === undefined) await relayMerged(parts, hop, visit, signal)
    else await relayOne(parts, hop, visit, endpoint.server, signal)
  } catch (error) {
    if (signal.aborted) return reply.end()
    const problem = error instanceof SessionLost ? lostProblem(hop, error) : error
    if (!(problem instanceof Problem)) throw error
    // The stream has begun: its end says that it is over, and the client opens another one.
    if (reply.isStarted) reply.end()
    else reply.json(problem.kind.status, problemMessage('null', problem, reply.requestId))
  } finally {
    session.streams -= 1
    release()
    over.abort(READ_ENOUGH)
  }
}

async function relayOne(
  parts: RelayParts,
  hop: LegacyHopParts,
  visit: Visit,
  server: ServerEntity,
  signal: CancelSignal,
): Promise<void> {
  const { session, isBare } = hop
  const { reply } = visit.exchange
  if (session.id === '' && !isBare) throw refuseListen('listen.session_required')
  const link = isBare ? session.attach(server) : await linkTo(hop, server, signal)
  const response = await openStream(link, visit, signal)
  const { body, status } = response
  if (body.kind === 'events' && status < 300) {
    reply.startEvents()
    const inbound = session.inbound.bind(session, link)
    await relayEvents(parts, body.events, reply, inbound, {
      keepIds: true,
      remember: session.remember.bind(session),
    })
    return reply.end()
  }
  if (status === 405) reply.setHeader('allow', 'POST, DELETE')
  if (body.kind === 'message') reply.json(status, body.text)
  else reply.empty(status)
}

/** An aggregate's stream: those of all linked servers in one, without ids, since no server could resume it. */
async function relayMerged(
  parts: RelayParts,
  hop: LegacyHopParts,
  visit: Visit,
  signal: CancelSignal,
): Promise<void> {
  const { session } = hop
  const { reply } = visit.exchange
  if (session.id === '') throw refuseListen('listen.session_required')
  reply.startEvents()
  const pump = async (link: UpstreamLink): Promise<void> => {
    try {
      const { body } = await openStream(link, visit, signal)
      if (body.kind !== 'events') return
      await relayEvents(parts, body.events, reply, session.inbound.bind(session, link), {
        keepIds: false,
      })
    } catch (error) {
      // One server's stream must not end the others': its loss shows when it is called next.
      if (!(error instanceof Problem) && !(error instanceof SessionLost) && !signal.aborted)
        throw error
    }
  }
  await session.onLinks(signal, pump)
  reply.end()
}

function openStream(
  link: UpstreamLink,
  { exchange }: Visit,
  signal: CancelSignal,
): Promise<UpstreamResponse> {
  const version = headerOf(exchange.headers, 'mcp-protocol-version')
  const headers: Record<string, string> =
    version === undefined ? {} : { 'mcp-protocol-version': version }
  return link.listen(headerOf(exchange.headers, 'last-event-id'), { headers, signal })
}

function lostProblem({ session, onLost }: LegacyHopParts, cause: Error): Problem {
  onLost(session)
  return refuseListen('listen.session_unknown', { cause })
}
