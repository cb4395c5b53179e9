import { OrchestraProblem, sdkProblem } from '../problem.ts'
import type { CallKey } from './call-key.ts'
import type { Channel } from './channel.ts'

/** Where the places of all servers are kept. */
export interface Places {
  /** Whether a refused key can be replaced. */
  readonly isRenewable: boolean
  /** The place of a server with a key that a call may begin with. Only one key at a time is asked for. */
  take(alias: string | undefined): Promise<Place>
  /** Lets the next call get a new key, unless it has one already. */
  discard(alias: string | undefined, place: Place): Promise<void>
}

/** One key and the channel that was opened with it. */
export class Place {
  readonly key: CallKey
  readonly #open: () => Promise<Channel>
  #opening: Promise<Channel> | undefined
  #lines = 0
  #isRetired = false

  constructor(key: CallKey, open: () => Promise<Channel>) {
    this.key = key
    this.#open = open
  }

  /** The channel; one that could not be opened is tried again by the next who asks. */
  channel(): Promise<Channel> {
    if (this.#opening !== undefined) return this.#opening
    const opening = this.#open().catch((error: unknown) => {
      this.forget(opening)
      throw nothingSent(error)
    })
    this.#opening = opening
    return opening
  }

  /** The gateway forgot this channel's session. */
  forget(opening: Promise<Channel>): void {
    if (this.#opening === opening) this.#opening = undefined
  }

  enter(): void {
    this.#lines += 1
  }

  leave(): void {
    this.#lines -= 1
    this.#closeIdle()
  }

  /** No call begins here any more; the session ends with the last call that has begun. */
  retire(): void {
    this.#isRetired = true
    this.#closeIdle()
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    await opening?.then((channel) => channel.close()).catch(() => undefined)
  }

  #closeIdle(): void {
    if (this.#isRetired && this.#lines === 0) void this.close()
  }
}

/** A connection that was lost before the call itself was sent: it may go again. */
export function nothingSent(error: unknown): unknown {
  if (!(error instanceof OrchestraProblem) || error.code !== 'sdk.connection_lost') return error
  return sdkProblem('sdk.unreachable', { cause: error })
}
