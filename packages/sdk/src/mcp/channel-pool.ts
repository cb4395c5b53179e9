import type { CallKey, CallKeys } from './call-key.ts'
import type { Channel } from './channel.ts'
import { Line } from './line.ts'
import { nothingSent, Place, type Places } from './place.ts'

/** Opens a channel with a key. */
export type OpenChannel = (key: CallKey, alias: string | undefined) => Promise<Channel>

/** Keys and channels by server: made on first use, and again when the key has aged or was refused. */
export class ChannelPool implements Places {
  readonly #keys: CallKeys
  readonly #open: OpenChannel
  readonly #places = new Map<string, Promise<Place>>()

  constructor(keys: CallKeys, open: OpenChannel) {
    this.#keys = keys
    this.#open = open
  }

  /** The way of one request, its repeats included, to a server, or to the aggregated endpoint. */
  lineTo(alias: string | undefined): Line {
    return new Line(alias, this)
  }

  get isRenewable(): boolean {
    return this.#keys.isRenewable
  }

  async take(alias: string | undefined): Promise<Place> {
    const known = this.#places.get(alias ?? '')
    if (known !== undefined) {
      const place = await known
      if (place.key.isFresh()) return place
      await this.discard(alias, place)
    }
    return this.#places.get(alias ?? '') ?? this.#issue(alias)
  }

  async discard(alias: string | undefined, place: Place): Promise<void> {
    const known = this.#places.get(alias ?? '')
    if (known === undefined || (await known) !== place) return
    if (this.#places.get(alias ?? '') === known) this.#places.delete(alias ?? '')
    place.retire()
  }

  /** Ends all sessions and forgets all keys. */
  async close(): Promise<void> {
    const places = await Promise.allSettled(this.#places.values())
    this.#places.clear()
    const issued = places.filter((outcome) => outcome.status === 'fulfilled')
    await Promise.all(issued.map(({ value }) => value.close()))
  }

  #issue(alias: string | undefined): Promise<Place> {
    const issuing = this.#keys.issue(alias).then(
      (key) => new Place(key, () => this.#open(key, alias)),
      (error: unknown) => {
        throw nothingSent(error)
      },
    )
    this.#places.set(alias ?? '', issuing)
    issuing.catch(() => {
      if (this.#places.get(alias ?? '') === issuing) this.#places.delete(alias ?? '')
    })
    return issuing
  }
}
