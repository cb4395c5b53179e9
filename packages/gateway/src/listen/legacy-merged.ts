import { Cancel, type CancelSignal } from '../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { pause } from '../pause.ts'
import { idOf, type SseEvent } from '../protocol/sse/event.ts'
import { heldEvents } from '../upstream/held-events.ts'
import { SessionLost, type UpstreamLink } from '../upstream/upstream.ts'
import { relayEvents } from './delivery/deliver.ts'
import type { LegacyHopParts } from './legacy-hop.ts'
import { greetAgain, recoverLink, tellMissed } from './legacy-missed.ts'
import { MergedNews } from './merged-news.ts'
import { refuseListen } from './problems.ts'
import type { RelayParts } from './relay-parts.ts'
import type { Reply } from './reply.ts'
import type { Visit } from './visit.ts'

/** A server's stream that ended is opened again after this pause, which doubles up to the longest, in milliseconds. */
const REOPEN_MS_MIN = 250
const REOPEN_MS_MAX = 30_000
/** How servers say that they do not know a session: 404 by the specification, 400 by some. */
const STATUSES_OF_LOSS = new Set([400, 404])

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
  reply.startEvents()
  const fault = new Cancel()
  const release = fault.follow(signal)
  const news = new MergedNews(hop, reply, (error) => fault.abort(error))
  try {
    const all = fault.signal
    // What an earlier process had linked, and its id does not carry, has something to tell as well.
    for (const { id } of session.isTakenUp ? unlinked(hop) : []) {
      const tell = async (text: string): Promise<void> => {
        const link = session.linkTo(id)
        if (link !== undefined) await news.tell(link, text)
      }
      void greetAgain(parts, hop, id, tell, all).catch((error: unknown) => fault.abort(error))
    }
    await session.onLinks(all, (link) => follow(parts, { hop, reply, news }, link, all))
  } finally {
    news.close()
    release()
  }
  reply.end()
}

/** The servers of a session that it is not linked to in this process. */
function unlinked({ session, endpoint }: LegacyHopParts): readonly ServerEntity[] {
  const servers = endpoint.servers?.(session.caller) ?? []
  return servers.filter(({ enabled, id }) => enabled && session.linkTo(id) === undefined)
}

/** The client's stream: where it leads, and what is told on it. */
type ClientStream = {
  readonly hop: LegacyHopParts
  readonly reply: Reply
  readonly news: MergedNews
}

/**
 * Relays one server's stream for as long as the session is linked to it: the client sees one stream that does
 * not end, so a server's that does is opened again where it ended.
 */
async function follow(
  parts: RelayParts,
  { hop, reply, news }: ClientStream,
  link: UpstreamLink,
  signal: CancelSignal,
): Promise<void> {
  const { session } = hop
  const { id } = link.server
  const inbound = news.inboundOf(link)
  const tell = (text: string): Promise<void> => news.tell(link, text)
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
  // In an earlier process it was, as far as this one knows.
  let wasOpen = session.isTakenUp
  while (!signal.aborted) {
    let openedAtMs = Number.POSITIVE_INFINITY
    try {
      await session.greeted.get(id)
      if (session.linkTo(id) !== link) return
      // The link knows which revision its server speaks; it need not be the client's.
      const { body, status } = await link.listen(lastEventId, { headers: {}, signal })
      if (body.kind !== 'events') {
        if (!wasOpen || !STATUSES_OF_LOSS.has(status)) return
        throw new SessionLost('the server does not know the stream any more that it gave')
      }
      openedAtMs = parts.clock.monotonicMs()
      if (wasOpen && lastEventId === undefined) await tellMissed(session, id, tell)
      wasOpen = true
      await relayEvents(parts, noted(heldEvents(body.events)), reply, inbound, {
        codec: session.codec,
        keepIds: false,
      })
    } catch (error) {
      if (signal.aborted) return
      // Without a stream before, nobody waits for news of it: its loss shows when it is called next.
      if (error instanceof SessionLost)
        return wasOpen ? await recoverLink(parts, hop, link, tell, signal) : undefined
      // One server's stream must not end the others'.
      if (!(error instanceof Problem)) throw error
    }
    // A stream that lived for a while ended for a reason of its own; one that does not live is not asked for in a hurry.
    if (parts.clock.monotonicMs() - openedAtMs >= REOPEN_MS_MAX) pauseMs = REOPEN_MS_MIN
    await pause(pauseMs, signal)
    pauseMs = Math.min(pauseMs * 2, REOPEN_MS_MAX)
  }
}
