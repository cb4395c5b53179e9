import type { CancelSignal } from '../../cancel.ts'
import { Problem } from '@mcp-orchestra/kernel'
import { requestText } from '../../upstream/own-request.ts'
import { readAnswer } from '../../upstream/read-answer.ts'
import { HELD_BYTES_MAX, type UpstreamLink } from '../../upstream/upstream.ts'

/** Resources that one session watches; a client that forgets to unsubscribe loses the oldest. */
const SUBSCRIPTIONS_MAX = 256

/** What a session has subscribed to at its servers, so that a server that was started anew hears it again. */
export class Subscriptions {
  /** In the order in which they were made. */
  #entries: { readonly serverId: string; readonly uri: string }[] = []

  add(serverId: string, uri: string): void {
    this.remove(serverId, uri)
    this.#entries.push({ serverId, uri })
    if (this.#entries.length > SUBSCRIPTIONS_MAX) this.#entries.shift()
  }

  remove(serverId: string, uri: string): void {
    this.#entries = this.#entries.filter(
      (entry) => entry.serverId !== serverId || entry.uri !== uri,
    )
  }

  at(serverId: string): readonly string[] {
    return this.#entries.flatMap((entry) => (entry.serverId === serverId ? [entry.uri] : []))
  }
}

/** Subscribes a newly greeted link to what the session watched there before; what the server does not have any more is forgotten. */
export async function repeatSubscriptions(
  subscriptions: Subscriptions,
  link: UpstreamLink,
  mintId: () => number,
  signal: CancelSignal,
): Promise<void> {
  const { id } = link.server
  await Promise.all(
    subscriptions.at(id).map(async (uri) => {
      if (!(await subscribe(link, uri, mintId(), signal))) subscriptions.remove(id, uri)
    }),
  )
}

async function subscribe(
  link: UpstreamLink,
  uri: string,
  id: number,
  signal: CancelSignal,
): Promise<boolean> {
  const method = 'resources/subscribe'
  const text = requestText(id, method, JSON.stringify({ uri }))
  try {
    const sending = { id, method, headers: {}, signal, heldBytesMax: HELD_BYTES_MAX }
    const answer = await readAnswer(await link.send(text, sending), id, () => undefined)
    return answer.kind === 'result'
  } catch (error) {
    // A server that cannot be reached now fails the greeting itself; anything else is about this resource.
    if (!(error instanceof Problem) || signal.aborted) throw error
    return false
  }
}
