import type { CancelSignal } from '../../cancel.ts'
import type { Answer } from '../../upstream/ask.ts'

/** What following a resource takes of its session. */
export type FollowedResourcesParts = {
  readonly ask: (method: string, paramsText: string) => Promise<Answer>
  /** Aborted when the session ends. */
  readonly ended: CancelSignal
}

/** The resources that a session is subscribed to: once each, for as long as somebody listens. */
export class FollowedResources {
  readonly #parts: FollowedResourcesParts
  readonly #followed = new Map<string, { listeners: number; readonly isOn: Promise<boolean> }>()

  constructor(parts: FollowedResourcesParts) {
    this.#parts = parts
  }

  /** Subscribes to a resource for one more listener; resolves with whether the server took it. */
  follow(uri: string): Promise<boolean> {
    const known = this.#followed.get(uri)
    if (known !== undefined) {
      known.listeners += 1
      return known.isOn
    }
    const isOn = this.#parts.ask('resources/subscribe', JSON.stringify({ uri })).then(
      ({ kind }) => kind === 'result',
      // What cannot be followed is missing from the acknowledgement.
      () => false,
    )
    this.#followed.set(uri, { listeners: 1, isOn })
    return isOn
  }

  /** One listener less; the last one ends the subscription. */
  unfollow(uri: string): void {
    const known = this.#followed.get(uri)
    if (known === undefined) return
    known.listeners -= 1
    if (known.listeners > 0) return
    this.#followed.delete(uri)
    const { ask, ended } = this.#parts
    void known.isOn.then(async (wasOn) => {
      if (!wasOn || ended.aborted || this.#followed.has(uri)) return
      // Nobody waits for it: a server that fails here tells of a resource that nobody listens to.
      await ask('resources/unsubscribe', JSON.stringify({ uri })).catch(() => undefined)
    })
  }
}
