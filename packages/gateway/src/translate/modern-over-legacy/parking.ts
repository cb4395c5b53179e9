import { randomBytes } from 'node:crypto'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { LegacyCall } from './legacy-call.ts'
import type { Waiting } from './open-call.ts'

/** Calls that wait for their clients, per gateway: each holds a stream to its server. */
const PARKED_MAX = 2_000
/** The same per key. */
const PARKED_PER_KEY_MAX = 100
/** How long a client may take for one round of answers, in milliseconds: a person fills in a form. */
const PARKED_MS = 10 * 60_000
/** 192 random bits: whoever has a state is not thereby entitled to it, but it must not be guessed either. */
const STATE_BYTES = 24
/** How a state of ours begins; the gateway that keeps the call follows. */
export const PARKED_PREFIX = 'parked.'

/** What a retry has to agree with. */
export type ParkedFor = {
  readonly caller: CallerIdentity
  readonly server: ServerEntity
  readonly method: string
  readonly target: string | undefined
}

/** Bounds, with defaults; times in milliseconds. */
export type ParkingBounds = {
  readonly parkedMs?: number
  readonly parkedMax?: number
  readonly parkedPerKeyMax?: number
}

/** The slot of this gateway, to which retries are sent on, and bounds. */
export type ParkingOptions = ParkingBounds & { readonly slot: string }

type Parked = {
  readonly waiting: Waiting
  readonly call: LegacyCall | undefined
  readonly expiry: NodeJS.Timeout
}

/** Open calls at legacy servers whose clients have been asked something: each goes on once, for the one who was asked. */
export class Parking {
  readonly #options: ParkingOptions
  readonly #parked = new Map<string, Parked>()

  constructor(options: ParkingOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#parked.size
  }

  /** Keeps a call until its client answers or its time is over; gives the state that stands for it. Throws when it is full. */
  park(call: LegacyCall): string {
    return this.#keep(call, call)
  }

  /** Keeps what waits for a client in another way, under the same bounds. Throws when it is full. */
  hold(waiting: Waiting): void {
    this.#keep(waiting, undefined)
  }

  #keep(waiting: Waiting, call: LegacyCall | undefined): string {
    const { parkedMs = PARKED_MS, slot } = this.#options
    this.#refuseCrowd(waiting)
    const state = `${PARKED_PREFIX}${slot}.${randomBytes(STATE_BYTES).toString('base64url')}`
    const leave = (): void => {
      clearTimeout(expiry)
      this.#parked.delete(state)
    }
    const expiry = setTimeout(() => waiting.finish(EXPIRED), parkedMs)
    expiry.unref()
    this.#parked.set(state, { waiting, call, expiry })
    // Rights that end, a session that is lost: the call ends and is nobody's any more.
    waiting.signal.addEventListener('abort', leave, { once: true })
    return state
  }

  /** The call of a state, once; undefined for a stranger, another request, or a state that is over: these learn nothing else. */
  take(state: string, who: ParkedFor): LegacyCall | undefined {
    const parked = this.#parked.get(state)
    if (parked?.call === undefined || !isSame(parked.call, who)) return undefined
    clearTimeout(parked.expiry)
    this.#parked.delete(state)
    return parked.call
  }

  #refuseCrowd({ session }: Waiting): void {
    const { parkedMax = PARKED_MAX, parkedPerKeyMax = PARKED_PER_KEY_MAX } = this.#options
    const { caller, server } = session
    let ofKey = 0
    let ofServer = 0
    for (const { waiting } of this.#parked.values()) {
      if (waiting.session.caller.keyId === caller.keyId) ofKey += 1
      if (waiting.session.server.id === server.id) ofServer += 1
    }
    const isFull =
      this.#parked.size >= parkedMax ||
      ofKey >= parkedPerKeyMax ||
      ofServer >= server.limits.concurrentCallsMax
    if (!isFull) return
    const detail = `${ofServer} calls of ${server.alias} wait for their clients' answers`
    throw refuseUpstream('upstream.busy', { detail, retryAfterSeconds: 5 })
  }
}

const EXPIRED = refuseUpstream('upstream.timeout', {
  detail: 'the client did not answer what the server asked',
})

function isSame(call: LegacyCall, { caller, server, method, target }: ParkedFor): boolean {
  const { session } = call
  return (
    session.caller.keyId === caller.keyId &&
    session.server.id === server.id &&
    call.method === method &&
    call.target === target
  )
}
