import { Problem } from '@mcp-orchestra/kernel'
import type { CancelSignal } from '../cancel.ts'
import { pause } from '../pause.ts'
import { notificationText } from '../upstream/own-request.ts'
import { SessionLost, type UpstreamLink } from '../upstream/upstream.ts'
import { endsWithIts, linkTo, type LegacyHopParts } from './legacy-hop.ts'
import { changingLists, LISTS } from './merged-news.ts'
import type { RelayParts } from './relay-parts.ts'
import type { ClientSession } from './session/client-session.ts'

/** A server that was lost is greeted again after this pause, which doubles up to the longest, in milliseconds. */
const GREET_MS_MIN = 250
const GREET_MS_MAX = 30_000

/** Tells the client of a merged stream something in a server's name. */
export type TellNews = (text: string) => Promise<void>

/**
 * Tells a client what it may have missed while a server's stream was away and nothing can be resumed: every list that
 * the server would have told of, and every resource that is watched there.
 */
export async function tellMissed(
  session: ClientSession,
  serverId: string,
  tell: TellNews,
): Promise<void> {
  const greeted = await session.greeted.get(serverId)
  const greetingText = greeted?.resultText ?? session.greetingResult
  const lists = greetingText === undefined ? LISTS : changingLists(greetingText)
  const texts = [
    ...lists.map((list) => notificationText(`notifications/${list}/list_changed`)),
    ...session.state.subscriptions
      .at(serverId)
      .map((uri) => notificationText('notifications/resources/updated', JSON.stringify({ uri }))),
  ]
  for (const text of texts) await tell(text)
}

/**
 * Greets a server anew that has forgotten the session, as soon as it can be reached, and tells the client what it may
 * have missed. A transparent session ends with its server: its client has to initialize again.
 */
export async function recoverLink(
  parts: RelayParts,
  hop: LegacyHopParts,
  link: UpstreamLink,
  tell: TellNews,
  signal: CancelSignal,
): Promise<void> {
  const { session, endpoint } = hop
  if (endsWithIts(session, endpoint)) return hop.onLost(session)
  const { id } = link.server
  if (session.linkTo(id) === link) session.detach(link)
  await greetAgain(parts, hop, id, tell, signal)
}

/** Greets a server of an aggregate's session as soon as it can be reached, and tells the client what it may have missed. */
export async function greetAgain(
  parts: RelayParts,
  hop: LegacyHopParts,
  id: string,
  tell: TellNews,
  signal: CancelSignal,
): Promise<void> {
  const { session } = hop
  for (let pauseMs = GREET_MS_MIN; !signal.aborted; pauseMs = Math.min(pauseMs * 2, GREET_MS_MAX)) {
    // It may have been changed, switched off or taken from this caller meanwhile.
    const server = parts.servers.serverById(id)
    const isAllowed =
      server?.enabled === true && parts.authorizer.mayUse(session.caller, server) === undefined
    if (!isAllowed) return
    try {
      await linkTo(hop, server, signal)
      return await tellMissed(session, id, tell)
    } catch (error) {
      if (!(error instanceof Problem) && !(error instanceof SessionLost)) throw error
    }
    await pause(pauseMs, signal)
  }
}
