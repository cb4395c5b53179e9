import type { Deadline } from '../deadline.ts'
import { OrchestraProblem } from '../problem.ts'
import type { Channel } from './channel.ts'
import { SessionGone } from './legacy-channel.ts'
import type { Place, Places } from './place.ts'

/**
 * The way of one request to its server. It keeps to one key, since the platform names a purchase by its key
 * too: the same idempotency key under another API key pays again.
 */
export class Line {
  readonly #alias: string | undefined
  readonly #places: Places
  #place: Place | undefined

  constructor(alias: string | undefined, places: Places) {
    this.#alias = alias
    this.#places = places
  }

  /** Runs work on the channel; a forgotten session is opened again, once: the request was not taken. */
  async use<T>(deadline: Deadline, work: (channel: Channel) => Promise<T>): Promise<T> {
    const place = this.#place ?? this.#enter(await deadline.race(this.#places.take(this.#alias)))
    try {
      return await this.#attempt(place, deadline, work)
    } catch (error) {
      const isRefused = error instanceof OrchestraProblem && isUnauthorized(error)
      throw isRefused && this.#places.isRenewable ? new KeyRefused(error) : error
    }
  }

  /** Gives the key up: the next use goes out with a new one. */
  async renew(): Promise<void> {
    const place = this.#place
    this.end()
    if (place !== undefined) await this.#places.discard(this.#alias, place)
  }

  /** Nothing more is sent. */
  end(): void {
    this.#place?.leave()
    this.#place = undefined
  }

  #enter(place: Place): Place {
    place.enter()
    this.#place = place
    return place
  }

  async #attempt<T>(
    place: Place,
    deadline: Deadline,
    work: (channel: Channel) => Promise<T>,
  ): Promise<T> {
    const opening = place.channel()
    try {
      return await work(await deadline.race(opening))
    } catch (error) {
      if (!(error instanceof SessionGone)) throw error
      place.forget(opening)
    }
    try {
      return await work(await deadline.race(place.channel()))
    } catch (error) {
      throw error instanceof SessionGone ? error.problem : error
    }
  }
}

/** The gateway refused the key before it looked at the request: nothing ran, and another key may do. */
export class KeyRefused extends Error {
  override name = 'KeyRefused'
  readonly problem: OrchestraProblem

  constructor(problem: OrchestraProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** HTTP's own 401; one inside JSON-RPC comes from a call that had begun. */
function isUnauthorized({ status, rpcCode }: OrchestraProblem): boolean {
  return status === 401 && rpcCode === undefined
}
