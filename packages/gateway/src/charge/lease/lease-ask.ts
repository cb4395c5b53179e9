import type { LeaseRequest, LeaseResponse } from '@mcp-orchestra/api/gateway-link'
import { Problem, type Clock, type Ids } from '@mcp-orchestra/kernel'
import type { Timers } from '../../record/index.ts'

/** Who asks the control plane for money. Rejects when it is away. */
export interface LeaseLink {
  requestLease(request: LeaseRequest): Promise<LeaseResponse>
}

/** Whose money, under which hard caps: what one lease is for. */
export type LeaseScope = {
  readonly payerId: string
  readonly capIds: readonly string[]
  readonly asset: string
  /** SHA-256 (hex) of the session, where a cap on the path binds each session. */
  readonly session?: string
}

/** A request as it was sent; a lease's time counts from its first sending (spending §1.3). */
export type SentAsk = { readonly request: LeaseRequest; readonly sentAtMs: number }

/** One ask at a time for one scope, under an id that is kept until it is answered. */
export interface LeaseAsk {
  /** Whether an answer is awaited now. */
  readonly isAwaited: boolean
  /** Whether something may have been granted that we do not know. */
  readonly isUnanswered: boolean
  /** Asks for `needed`, or repeats what was never answered. `waiting` is the sum of all who wait. */
  send(needed: bigint, waiting: bigint): void
  /** Repeats an ask whose answer was lost, now. */
  repeat(): void
}

/** What an ask needs, and whom it tells. */
export type LeaseAskDeps = {
  readonly incarnationId: string
  readonly link: LeaseLink
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
  readonly answered: (sent: SentAsk, response: LeaseResponse) => void
  readonly failed: (error: unknown) => void
}

/** An ask whose answer was lost is repeated in the background after this long, then after ever longer pauses. */
const REPEAT_PAUSE_MS_MIN = 1_000
const REPEAT_PAUSE_MS_MAX = 30_000
/** A lease asked for holds so many calls of the size at hand; it doubles when leases are gone within 2 s. */
const WANTED_CALLS_START = 64n
const WANTED_CALLS_MAX = 4_096n
const FAST_MS = 2_000

/** Has asked for nothing yet. */
export function createLeaseAsk(scope: LeaseScope, deps: LeaseAskDeps): LeaseAsk {
  const { clock, timers } = deps
  let isAwaited = false
  let unanswered: SentAsk | undefined
  let cancelRepeat: (() => void) | undefined
  let repeatPauseMs = REPEAT_PAUSE_MS_MIN
  let wantedCalls = WANTED_CALLS_START
  let lastGrantAtMs = Number.NEGATIVE_INFINITY

  function transmit(sent: SentAsk): void {
    isAwaited = true
    unanswered = sent
    cancelRepeat?.()
    cancelRepeat = undefined
    deps.link.requestLease(sent.request).then(
      (response) => {
        isAwaited = false
        unanswered = undefined
        repeatPauseMs = REPEAT_PAUSE_MS_MIN
        if (response.kind === 'granted') lastGrantAtMs = clock.monotonicMs()
        deps.answered(sent, response)
      },
      (error: unknown) => {
        isAwaited = false
        if (isDefinite(error)) unanswered = undefined
        else repeatLater()
        deps.failed(error)
      },
    )
  }

  /** What was granted without our knowing is somebody's money: it is asked for until it is answered. */
  function repeatLater(): void {
    cancelRepeat = timers.after(repeatPauseMs, repeat)
    repeatPauseMs = Math.min(repeatPauseMs * 2, REPEAT_PAUSE_MS_MAX)
  }

  function repeat(): void {
    if (unanswered !== undefined && !isAwaited) transmit(unanswered)
  }

  function newAsk(needed: bigint, waiting: bigint): SentAsk {
    const sentAtMs = clock.monotonicMs()
    if (sentAtMs - lastGrantAtMs >= FAST_MS) wantedCalls = WANTED_CALLS_START
    else if (wantedCalls < WANTED_CALLS_MAX) wantedCalls *= 2n
    const request: LeaseRequest = {
      requestId: deps.ids.make('req'),
      incarnationId: deps.incarnationId,
      payerId: scope.payerId,
      capIds: [...scope.capIds],
      ...(scope.session === undefined ? {} : { session: scope.session }),
      asset: scope.asset,
      needed: needed.toString(),
      wanted: (waiting + needed * wantedCalls).toString(),
    }
    return { request, sentAtMs }
  }

  return {
    get isAwaited() {
      return isAwaited
    },
    get isUnanswered() {
      return unanswered !== undefined
    },
    send: (needed, waiting) => transmit(unanswered ?? newAsk(needed, waiting)),
    repeat,
  }
}

/** A refusal that a repeat would not change was not a grant whose answer was lost. */
function isDefinite(error: unknown): boolean {
  return error instanceof Problem && !error.kind.retryable
}
