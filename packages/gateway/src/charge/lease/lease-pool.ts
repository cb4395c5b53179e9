import type { Lease, LeaseResponse } from '@mcp-orchestra/api/gateway-link'
import type { Problem } from '@mcp-orchestra/kernel'
import type { Journal } from '../../record/index.ts'
import { freeOf, returnFree, settleOn, takeFrom, type HeldLease } from './held-lease.ts'
import { createLeaseAsk, type LeaseAskDeps, type LeaseScope, type SentAsk } from './lease-ask.ts'
import {
  grantNoteOf,
  leaseCloseEntry,
  leaseGrantEntry,
  leaseReturnEntry,
  type GrantNote,
} from './lease-entries.ts'
import { refuse } from '../problems.ts'

/** An amount taken from one lease: all of it, from every cap on its path, or nothing (spending §1.2). */
export type Reservation = {
  readonly leaseId: string
  readonly amount: bigint
  /** Ends it, once: `used` is spent, the rest is free again. */
  settle(used: bigint): void
}

/** All leases of one scope path, and who waits for more. */
export interface LeasePool {
  /** At once when a lease has room; else asks the control plane. Throws or rejects with a Problem. */
  reserve(amount: bigint): Reservation | Promise<Reservation>
  /** Returns what is free and lets the lease run dry; false when it is not one of ours (spending §1.5). */
  recall(leaseId: string): boolean
  /** Takes no further reservation on any lease, and closes each when nothing is in flight. */
  drain(): void
  /** Repeats an ask whose answer was lost, now: somebody names a lease that we do not know. */
  repeatLost(): void
  leases(): readonly HeldLease[]
  readonly isEmpty: boolean
}

/** What a pool needs from its book. */
export type LeasePoolDeps = Omit<LeaseAskDeps, 'answered' | 'failed'> & {
  readonly journal: Pick<Journal, 'append'>
  /** The ledger epoch that the snapshot names: leases of an older history take no reservation (spending §5.18). */
  readonly epoch: () => number
  readonly onGranted: (grant: GrantNote) => void
  /** Told whenever the pool may have become empty. */
  readonly onIdle: () => void
}

/** Calls that may wait for one pool's money; more than that is a flood, and each is told so at once. */
const WAITERS_MAX = 1_000
/** Asks without a waiter served before all of them are refused: with recalls about two seconds. */
const FRUITLESS_ASKS_MAX = 6
/** The longest pause that an answer `recalling` may impose between two asks. */
const RECALL_PAUSE_MS_MAX = 500
/** After a background ask that brought nothing, the next one waits this long. */
const PREFETCH_PAUSE_MS = 1_000
/** A lease with less than one quarter left is topped up in the background, before anyone has to wait. */
const LOW_WATER_PARTS = 4n
/** A lease is renewed in the background in the last eighth of its time. */
const RENEW_PARTS = 8

type Waiter = { readonly amount: bigint; readonly settled: PromiseWithResolvers<Reservation> }

/** A pool without leases; the first reservation asks for one. */
export function createLeasePool(scope: LeaseScope, deps: LeasePoolDeps): LeasePool {
  const { clock, journal, timers } = deps
  let held: HeldLease[] = []
  let waiters: Waiter[] = []
  /** Others give back for us: the next ask follows after a pause. */
  let isPausing = false
  let isStopping = false
  let fruitlessAsks = 0
  let prefetchFromMs = Number.NEGATIVE_INFINITY
  const ask = createLeaseAsk(scope, {
    ...deps,
    answered(sent, response) {
      answered(sent, response)
      deps.onIdle()
    },
    failed(error) {
      prefetchFromMs = clock.monotonicMs() + PREFETCH_PAUSE_MS
      refuseAll(() => unavailable(error))
      deps.onIdle()
    },
  })

  function tryTake(amount: bigint): Reservation | undefined {
    const nowMs = clock.monotonicMs()
    const epoch = deps.epoch()
    for (const lease of held) {
      if (lease.state !== 'active' || freeOf(lease) < amount) continue
      if (lease.endsAtMs <= nowMs || lease.epoch < epoch) continue
      takeFrom(lease, amount)
      return reservationOn(lease, amount)
    }
    return undefined
  }

  function reservationOn(lease: HeldLease, amount: bigint): Reservation {
    return {
      leaseId: lease.leaseId,
      amount,
      settle(used) {
        settleOn(lease, amount, used)
        closeWhenDry(lease)
      },
    }
  }

  function prefetch(amount: bigint): void {
    const nowMs = clock.monotonicMs()
    if (ask.isAwaited || isPausing || nowMs < prefetchFromMs) return
    const epoch = deps.epoch()
    for (const lease of held) {
      const isLasting = lease.state === 'active' && nowMs < lease.renewFromMs
      const isUsable = isLasting && lease.epoch >= epoch
      if (isUsable && freeOf(lease) * LOW_WATER_PARTS >= lease.granted) return
    }
    askFor(amount)
  }

  function askFor(needed: bigint): void {
    const waiting = waiters.reduce((sum, { amount }) => sum + amount, 0n)
    ask.send(needed, waiting)
  }

  function answered(sent: SentAsk, response: LeaseResponse): void {
    if (response.kind !== 'granted') prefetchFromMs = clock.monotonicMs() + PREFETCH_PAUSE_MS
    switch (response.kind) {
      case 'granted':
        hold(sent, response.lease)
        return serveWaiters()
      case 'insufficient_funds': {
        const available = BigInt(response.available)
        const members = { available: { amount: response.available, asset: scope.asset } }
        refuseAbove(sent, available, () => refuse('charge.insufficient_funds', { members }))
        return serveWaiters()
      }
      case 'cap_exceeded': {
        const { capId, remaining } = response
        const members = { capId, remaining: { amount: remaining, asset: scope.asset } }
        refuseAbove(sent, BigInt(remaining), () => refuse('charge.cap_exceeded', { members }))
        return serveWaiters()
      }
      case 'recalling':
        return askAfter(response.retryAfterMs)
      case 'frozen':
        refuseAll(() => refuse('charge.account_frozen', { detail: response.reason }))
    }
  }

  /** The free parts of other leases are on their way back: whoever waits goes on waiting. */
  function askAfter(pauseMs: number): void {
    if (waiters.length === 0 || countFruitless()) return
    isPausing = true
    timers.after(Math.min(pauseMs, RECALL_PAUSE_MS_MAX), () => {
      isPausing = false
      serveWaiters()
      deps.onIdle()
    })
  }

  function hold(sent: SentAsk, lease: Lease): void {
    // NOTE: a grant of an older history of the database is nobody's money any more (spending §5.18).
    if (lease.epoch < deps.epoch()) return
    const endsAtMs = sent.sentAtMs + lease.ttlMs
    const holding: HeldLease = {
      leaseId: lease.leaseId,
      granted: BigInt(lease.granted),
      epoch: lease.epoch,
      endsAtMs,
      renewFromMs: endsAtMs - lease.ttlMs / RENEW_PARTS,
      used: 0n,
      returned: 0n,
      inFlight: 0n,
      openReservations: 0,
      state: 'active',
    }
    held.push(holding)
    const note = grantNoteOf(lease)
    journal.append([leaseGrantEntry(note)])
    deps.onGranted(note)
    if (isStopping) return drainLease(holding)
    timers.after(Math.max(0, endsAtMs - clock.monotonicMs()), () => drainLease(holding))
  }

  function serveWaiters(): void {
    while (waiters[0] !== undefined) {
      const reservation = tryTake(waiters[0].amount)
      if (reservation === undefined) break
      fruitlessAsks = 0
      waiters.shift()?.settled.resolve(reservation)
    }
    if (waiters[0] === undefined || ask.isAwaited || countFruitless()) return
    askFor(waiters[0].amount)
  }

  /** Counts an ask that served nobody; at the limit all waiters are refused, and true is returned. */
  function countFruitless(): boolean {
    fruitlessAsks += 1
    if (fruitlessAsks <= FRUITLESS_ASKS_MAX) return false
    refuseAll(() => unavailable(undefined))
    return true
  }

  /** Whoever needs no more than was asked for and than is left may still ask; the others are told. */
  function refuseAbove(sent: SentAsk, left: bigint, problem: () => Problem): void {
    const needed = BigInt(sent.request.needed)
    const refused = waiters.filter(({ amount }) => amount > left || amount >= needed)
    if (refused.length === 0) return
    fruitlessAsks = 0
    waiters = waiters.filter((waiter) => !refused.includes(waiter))
    for (const { settled } of refused) settled.reject(problem())
  }

  function refuseAll(problem: () => Problem): void {
    const refused = waiters
    waiters = []
    fruitlessAsks = 0
    for (const { settled } of refused) settled.reject(problem())
  }

  function drainLease(lease: HeldLease): void {
    if (lease.state === 'active') lease.state = 'draining'
    closeWhenDry(lease)
  }

  function closeWhenDry(lease: HeldLease): void {
    if (lease.state !== 'draining' || lease.openReservations > 0) return
    lease.state = 'closed'
    held = held.filter((other) => other !== lease)
    journal.append([leaseCloseEntry(lease.leaseId)])
    deps.onIdle()
  }

  return {
    reserve(amount) {
      const taken = tryTake(amount)
      if (taken !== undefined) {
        prefetch(amount)
        return taken
      }
      if (waiters.length >= WAITERS_MAX) throw refuse('charge.lease_unavailable')
      const settled = Promise.withResolvers<Reservation>()
      waiters.push({ amount, settled })
      if (!ask.isAwaited && !isPausing) askFor(amount)
      return settled.promise
    },
    recall(leaseId) {
      const lease = held.find((each) => each.leaseId === leaseId)
      if (lease === undefined) return false
      if (lease.openReservations > 0) {
        const amount = returnFree(lease)
        if (amount > 0n) journal.append([leaseReturnEntry(leaseId, amount)])
      }
      drainLease(lease)
      return true
    },
    drain() {
      isStopping = true
      refuseAll(() => refuse('charge.stopping'))
      for (const lease of held) drainLease(lease)
      ask.repeat()
    },
    repeatLost: () => ask.repeat(),
    leases: () => held,
    get isEmpty() {
      return held.length === 0 && waiters.length === 0 && !ask.isUnanswered
    },
  }
}

function unavailable(cause: unknown): Problem {
  return refuse('charge.lease_unavailable', { cause, retryAfterSeconds: 1 })
}
