import { Problem } from '@mcp-orchestra/kernel'
import type { CancelSignal } from '../cancel.ts'
import { pause } from '../pause.ts'
import { notificationText } from '../upstream/own-request.ts'
import { SessionLost, type UpstreamLink } from '../upstream/upstream.ts'
import { linkTo, type LegacyHopParts } from './legacy-hop.ts'
import { changingLists } from './merged-news.ts'
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
  const greetingText = greeted?.resultText ?? session.greetingResult ?? '{}'
  const texts = [
    ...changingLists(greetingText).map((list) =>
      notificationText(`notifications/${list}/list_changed`),
    ),
    ...session.subscriptions
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
  if (endpoint.server !== undefined) return hop.onLost(session)
  const { id } = link.server
  if (session.linkTo(id) === link) session.detach(link)
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
