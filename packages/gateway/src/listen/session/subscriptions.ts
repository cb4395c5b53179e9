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
