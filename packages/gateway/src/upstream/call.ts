import { Cancel, type CancelSignal } from '../cancel.ts'
import { isFreePrice } from '@mcp-orchestra/api/metered-price'
import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { OpenCharge, Settlement, StreamMeter } from '../charge/charge.ts'
import type { TaskFacts } from './task-facts.ts'
import type { Codec } from '../protocol/codec.ts'
import type { Readdress } from '../route/endpoint.ts'
import { CallAbort } from './call-abort.ts'
import { refuseUpstream } from './problems.ts'

/** What is known of a request when it goes in flight. */
export type CallFacts = {
  /** Unique in this process: what the server sees as id and as progress token. */
  readonly mintedId: number
  readonly idText: string
  /** The client's own progress token, raw; undefined when it asked for no progress. */
  readonly tokenText: string | undefined
  readonly codec: Codec
  readonly caller: CallerIdentity
  readonly server: ServerEntity
  readonly method: string
  readonly target: string | undefined
  readonly requestBytes: number
  /** Whether a list was asked for from its start (no cursor). */
  readonly isFirstPage: boolean
  /** The task that a `tasks/*` request is about. */
  readonly task?: TaskFacts | undefined
  /** How URIs in the result are put for the client; absent where they stay as they are. */
  readonly readdress?: Readdress
}

/** Of a result, what settling it needs: its exact text when it was held, and what its `_meta` says of tokens. */
export type SettledResult = {
  readonly text?: string | undefined
  readonly usageText?: string | undefined
}

/**
 * One request in flight, from the moment it has an id upstream to the moment it is settled. It settles
 * its charge exactly once, whichever of answer, failure, time-out, cancel and revocation comes first.
 */
export class Call {
  readonly facts: CallFacts
  /** What the upstream hears: aborted with a {@link CallAbort}. */
  readonly signal: CancelSignal
  readonly #abort = new Cancel()
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #onEnd: ((call: Call) => void)[]
  #charge: OpenCharge | undefined
  #deadline: NodeJS.Timeout | undefined
  #timeoutMs = 0
  #timeLeftMs = 0
  #deadlineSetMs = 0
  /** Time in which a person thought, and when that began. */
  #pausedMs = 0
  #pausedAtMs: number | undefined
  #settled: Promise<Settlement | undefined> | undefined

  constructor(facts: CallFacts, clock: Clock, onEnd: (call: Call) => void) {
    this.facts = facts
    this.signal = this.#abort.signal
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
    this.#onEnd = [onEnd]
  }

  /** Whether the call has a price: its result then carries a receipt. */
  get isPaid(): boolean {
    return this.#charge?.price !== undefined && !isFreePrice(this.#charge.price)
  }

  /** Meters its result while it streams; undefined where its price counts no tokens. */
  get stream(): StreamMeter | undefined {
    return this.#charge?.stream
  }

  /** The mandate that it is bought under, for revocations and stops of it. */
  get mandateId(): string | undefined {
    return this.#charge?.mandateId
  }

  /** The version of the price that it was reserved at; null when it is free. */
  get priceVersion(): number | null {
    return this.isPaid ? (this.#charge?.price?.version ?? null) : null
  }

  /** Milliseconds since it went in flight, without those in which the client was asked something. */
  get elapsedMs(): number {
    return (this.#pausedAtMs ?? this.#clock.monotonicMs()) - this.#startedMs - this.#pausedMs
  }

  get isSettled(): boolean {
    return this.#settled !== undefined
  }

  /** Binds the reservation: from here on exactly one `settle` of it follows. */
  bind(charge: OpenCharge): void {
    this.#charge = charge
  }

  /** Told once when the call is settled. */
  onEnd(listener: (call: Call) => void): void {
    this.#onEnd.push(listener)
  }

  /** Ends the call as a time-out unless it is settled before, in milliseconds from now. */
  expireAfter(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs
    this.#expireIn(timeoutMs)
  }

  /** Stops the deadline while the client is asked something: that time is not the server's. Its end starts the rest. */
  pauseDeadline(): void {
    if (this.#pausedAtMs !== undefined || this.isSettled) return
    const nowMs = this.#clock.monotonicMs()
    this.#pausedAtMs = nowMs
    clearTimeout(this.#deadline)
    this.#timeLeftMs -= nowMs - this.#deadlineSetMs
  }

  /** The server has the turn again, with what is left of its time. */
  resumeDeadline(): void {
    if (this.#pausedAtMs === undefined || this.isSettled) return
    this.#pausedMs += this.#clock.monotonicMs() - this.#pausedAtMs
    this.#pausedAtMs = undefined
    if (this.#timeoutMs > 0) this.#expireIn(Math.max(0, this.#timeLeftMs))
  }

  #expireIn(timeLeftMs: number): void {
    this.#timeLeftMs = timeLeftMs
    this.#deadlineSetMs = this.#clock.monotonicMs()
    this.#deadline = setTimeout(() => {
      const detail = `no answer within ${this.#timeoutMs} ms`
      this.abort(new CallAbort('timeout', refuseUpstream('upstream.timeout', { detail })))
    }, timeLeftMs)
  }

  /** Ends the call from our side; nothing happens when it is settled already. */
  abort(reason: CallAbort): void {
    if (this.isSettled) return
    this.#abort.abort(reason)
  }

  /** Commits or releases, once; the first outcome wins and every later caller gets its promise. */
  settle(
    outcome: CallOutcomeKind,
    resultBytes: number,
    result: SettledResult = {},
  ): Promise<Settlement | undefined> {
    this.#settled ??= this.#settle(outcome, resultBytes, result)
    return this.#settled
  }

  async #settle(
    outcome: CallOutcomeKind,
    resultBytes: number,
    { text: resultText, usageText }: SettledResult,
  ): Promise<Settlement | undefined> {
    clearTimeout(this.#deadline)
    const durationMs = this.elapsedMs
    try {
      return await this.#charge?.settle({
        outcome,
        durationMs,
        resultBytes,
        resultText,
        usageText,
      })
    } finally {
      for (const listener of this.#onEnd) listener(this)
    }
  }
}
