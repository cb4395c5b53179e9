import type { CancelSignal } from '../cancel.ts'
import { Problem } from '@mcp-orchestra/kernel'
import { pause } from '../pause.ts'
import { idOf, type SseEvent } from '../protocol/sse/event.ts'
import { SessionLost, type UpstreamLink } from '../upstream/upstream.ts'
import { relayEvents } from './delivery/deliver.ts'
import type { LegacyHopParts } from './legacy-hop.ts'
import { refuseListen } from './problems.ts'
import type { RelayParts } from './relay-parts.ts'
import type { Reply } from './reply.ts'
import { versionOf } from './version-header.ts'
import type { Visit } from './visit.ts'

/** A server's stream that ended is opened again after this pause, which doubles up to the longest, in milliseconds. */
const REOPEN_MS_MIN = 250
const REOPEN_MS_MAX = 30_000

/** An aggregate's stream: those of all linked servers in one, without ids, since no server could resume it. */
export async function relayMerged(
  parts: RelayParts,
  hop: LegacyHopParts,
  visit: Visit,
  signal: CancelSignal,
  reply: Reply = visit.exchange.reply,
): Promise<void> {
  const { session } = hop
  if (session.id === '') throw refuseListen('listen.session_required')
  const headers = versionOf(visit)
  reply.startEvents()
  await session.onLinks(signal, (link) => follow(parts, hop, { link, headers, reply }, signal))
  reply.end()
}

/** One server's stream, and where what it says goes. */
type News = {
  readonly link: UpstreamLink
  readonly headers: Readonly<Record<string, string>>
  readonly reply: Reply
}

/**
 * Relays one server's stream for as long as the session is linked to it: the client sees one stream that does
 * not end, so a server's that does is opened again where it ended.
 */
async function follow(
  parts: RelayParts,
  { session }: LegacyHopParts,
  { link, headers, reply }: News,
  signal: CancelSignal,
): Promise<void> {
  const { id } = link.server
  const inbound = session.inbound.bind(session, link)
  let lastEventId: string | undefined
  async function* noted(events: AsyncIterable<SseEvent>): AsyncGenerator<SseEvent> {
    for await (const event of events) {
      lastEventId = idOf(event) ?? lastEventId
      yield event
    }
  }
  // Whoever links says so before he greets: a server has no stream for a session that it has not opened.
  await Promise.resolve()
  let pauseMs = REOPEN_MS_MIN
  while (!signal.aborted) {
    let openedAtMs = Number.POSITIVE_INFINITY
    try {
      await session.greeted.get(id)
      if (session.linkTo(id) !== link) return
      const { body } = await link.listen(lastEventId, { headers, signal })
      if (body.kind !== 'events') return
      openedAtMs = parts.clock.monotonicMs()
      await relayEvents(parts, noted(body.events), reply, inbound, {
        codec: session.codec,
        keepIds: false,
      })
    } catch (error) {
      // One server's stream must not end the others': its loss shows when it is called next.
      if (signal.aborted || error instanceof SessionLost) return
      if (!(error instanceof Problem)) throw error
    }
    // A stream that lived for a while ended for a reason of its own; one that does not live is not asked for in a hurry.
    if (parts.clock.monotonicMs() - openedAtMs >= REOPEN_MS_MAX) pauseMs = REOPEN_MS_MIN
    await pause(pauseMs, signal)
    pauseMs = Math.min(pauseMs * 2, REOPEN_MS_MAX)
  }
}
