import { Cancel, type CancelSignal } from '../cancel.ts'
import { Problem } from '@mcp-orchestra/kernel'
import { headerOf } from '../protocol/codec.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { heldEvents } from '../upstream/held-events.ts'
import { READ_ENOUGH } from '../upstream/http/exchange.ts'
import { SessionLost } from '../upstream/upstream.ts'
import { relayEvents } from './delivery/deliver.ts'
import { problemMessage } from './delivery/refusal.ts'
import { versionOf } from './version-header.ts'
import type { Visit } from './visit.ts'
import { linkTo, type LegacyHopParts } from './legacy-hop.ts'
import { relayMerged } from './legacy-merged.ts'
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
  const lastEventId = headerOf(visit.exchange.headers, 'last-event-id')
  const response = await link.listen(lastEventId, { headers: versionOf(visit), signal })
  const { body, status } = response
  if (body.kind === 'events' && status < 300) {
    reply.startEvents()
    const inbound = session.inbound.bind(session, link)
    await relayEvents(parts, heldEvents(body.events), reply, inbound, {
      codec: session.codec,
      keepIds: true,
      remember: session.remember.bind(session),
    })
    return reply.end()
  }
  if (status === 405) reply.setHeader('allow', 'POST, DELETE')
  if (body.kind === 'message') reply.json(status, body.text)
  else reply.empty(status)
}

function lostProblem({ session, onLost }: LegacyHopParts, cause: Error): Problem {
  onLost(session)
  return refuseListen('listen.session_unknown', { cause })
}
