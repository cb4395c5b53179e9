import type { PriceEntity, SettingsEntity } from '@mcp-orchestra/api/snapshot'
import {
  assert,
  assetId,
  money,
  Problem,
  reservationOf,
  USD,
  type Clock,
  type Id,
} from '@mcp-orchestra/kernel'
import { refuseJournal, type Journal, type JournalEntry } from '../record/index.ts'
import type { SnapshotReplica } from '../snapshot/replica.ts'
import type { ScopePath } from '../snapshot/cap-index.ts'
import { chooseMandate, refuseUnfit } from './choose-mandate.ts'
import { explainRefusal } from './explain-refusal.ts'
import {
  checkpointEntry,
  intentEntry,
  outcomeEntry,
  usageEntry,
  type CallTerms,
} from './call-entries.ts'
import type { CancellationLimit } from './cancellation-limit.ts'
import type { CallEnd, CallIntent, OpenCharge, Settlement } from './charge.ts'
import type { LeaseBook } from './lease/lease-book.ts'
import type { Reservation } from './lease/lease-pool.ts'
import { OUTCOME_BYTES_MAX, type OutcomeSeal } from './purchase/outcome-seal.ts'
import { meterCall } from './metered/meter-call.ts'
import { meteredBy, tariffOf, type MeteredCall } from './metered/metered-call.ts'
import { createStreamMeter, type MeteredStream } from './metered/stream-meter.ts'
import type { TokenCounter } from './metered/token-counter.ts'
import { dueOf, priceModelOf } from './outcome-table.ts'
import { spendingStopped } from './refuse-stopped.ts'
import { leaseScopeOf, pathOf } from './scope-path.ts'
import type { PurchaseClaim } from './purchase/purchase-table.ts'

/** Opens and settles single calls; knows nothing of repeats. */
export interface ChargeOpener {
  readonly openCalls: number
  openFree(intent: CallIntent): OpenCharge
  /** Reserves, and where it must, writes the intent; throws a Problem when either is impossible. */
  openPaid(call: PaidCall): Promise<OpenCharge>
  whenNoneOpen(): Promise<void>
}

/** A call that costs something, with the right to run it when it is keyed. */
export type PaidCall = {
  readonly intent: CallIntent
  readonly price: PriceEntity
  readonly settings: SettingsEntity
  readonly purchase: { readonly purchaseId: Id<'pur'>; readonly claim: PurchaseClaim } | undefined
}

/** A paid call with everything that it belongs to, its mandate among it. */
type BoundCall = PaidCall & { readonly path: ScopePath }

/** Journal room that a paid call is promised: its intent and usage records, whose names are at most some kilobytes. */
const CALL_ROOM_BYTES = 16_384
/** A stored outcome in base64 takes four bytes for three. */
/** Room of one checkpoint of a stream: of what its usage record holds. Without room there is none, and a crash costs us more. */
const CHECKPOINT_ROOM_BYTES = 8_192
const OUTCOME_ROOM_BYTES = Math.ceil(OUTCOME_BYTES_MAX / 3) * 4 + CALL_ROOM_BYTES

/** The end of a call that was refused after its reservation. */
const NEVER_SENT: CallEnd = {
  outcome: 'refused',
  durationMs: 0,
  resultBytes: 0,
  resultText: undefined,
}

/** What the opener needs. */
export type ChargeOpenerDeps = {
  readonly incarnationId: string
  readonly journal: Journal
  readonly replica: Pick<
    SnapshotReplica,
    'version' | 'capsOf' | 'stopOf' | 'mandatesOf' | 'mandateById' | 'refresh'
  >
  readonly clock: Clock
  readonly book: LeaseBook
  readonly seal: OutcomeSeal
  readonly cancellations: Pick<CancellationLimit, 'note'>
  readonly tokens: TokenCounter
}

/** No call is open at first. */
export function createChargeOpener(deps: ChargeOpenerDeps): ChargeOpener {
  const { journal, replica, clock, book, seal, cancellations } = deps
  let openCalls = 0
  let idle: PromiseWithResolvers<void> | undefined

  function leaveOne(): void {
    openCalls -= 1
    if (openCalls === 0) idle?.resolve()
  }

  /** Runs the settlement at most once, and counts the call as closed whatever comes of it. */
  function chargeOf(
    price: PriceEntity | undefined,
    settle: (end: CallEnd) => Promise<Settlement>,
    stream?: MeteredStream,
  ): OpenCharge {
    let isSettled = false
    return {
      price,
      ...(stream === undefined ? {} : { stream }),
      async settle(end) {
        assert(!isSettled, 'a charge settles once')
        isSettled = true
        try {
          return await settle(end)
        } finally {
          leaveOne()
        }
      },
    }
  }

  function release(terms: CallTerms, end: CallEnd & Partial<MeteredCall>): Settlement {
    journal.append([usageEntry(terms, { ...end, amount: 0n, atMs: clock.now() })])
    return settlementOf(terms, { amount: 0n })
  }

  async function reserveOnce(call: BoundCall, amount: bigint): Promise<Reservation> {
    const caps = replica.capsOf(call.path)
    const { asset } = call.price
    return book.reserve(leaseScopeOf(call.intent, caps, { amount, asset }), amount)
  }

  /** A cap that was set a moment ago is not in our snapshot yet: one look at the head, then once more. */
  async function reserve(call: BoundCall, amount: bigint): Promise<Reservation> {
    try {
      return await reserveOnce(call, amount)
    } catch (error) {
      if (!isScopeStale(error)) throw error
      await replica.refresh()
      return await reserveOnce(call, amount)
    }
  }

  /** Finds the mandate that a call is bought under; throws when it needs one and none serves, or a stop binds it. */
  function bind(call: PaidCall): BoundCall {
    const { caller, server, target, mandateId: named } = call.intent
    const need = { serverId: server.id, tool: target, named }
    const mandate = chooseMandate(replica.mandatesOf(pathOf(caller)), need, clock.now())
    const bound = { ...call, path: pathOf(caller, mandate?.id) }
    refuseEnded(bound)
    return bound
  }

  /** Throws when a stop binds the call, or its mandate ended. */
  function refuseEnded({ intent, path }: BoundCall): void {
    const { id: serverId } = intent.server
    const stop = replica.stopOf(path, serverId)
    if (stop !== undefined) throw spendingStopped(stop)
    if (path.mandateId === undefined) return
    const need = { serverId, tool: intent.target, named: undefined }
    refuseUnfit(replica.mandateById(path.mandateId), need, clock.now())
  }

  async function writeIntent(
    call: PaidCall,
    terms: CallTerms & { leaseId: string },
  ): Promise<void> {
    const opensCase = terms.reserved > BigInt(call.settings.intentAbove)
    const isRunOnce = call.purchase !== undefined && !call.intent.safeToRepeat
    if (!opensCase && !isRunOnce) return
    const entry = intentEntry(terms, { atMs: clock.now(), opensCase })
    if (opensCase) await journal.commit([entry])
    else journal.append([entry])
  }

  async function charge(
    call: PaidCall,
    terms: CallTerms,
    end: CallEnd & MeteredCall,
  ): Promise<Settlement> {
    const { purchase, intent } = call
    const atMs = clock.now()
    const usage = usageEntry(terms, { ...end, atMs })
    const entries: JournalEntry[] = []
    const sealed =
      purchase === undefined
        ? null
        : seal.seal(end.resultText, purchase.purchaseId, call.settings.sealingKey)
    if (purchase !== undefined) {
      // NOTE: the outcome stands first: a power cut between the two gives a result away, and charges nobody.
      const { purchaseId } = purchase
      const { requestDigest, callId } = intent
      entries.push(outcomeEntry({ purchaseId, requestDigest, atMs, sealed, eventId: callId }))
    }
    entries.push(usage)
    let lastSeq: number
    try {
      lastSeq = await journal.commit(entries)
    } catch (error) {
      purchase?.claim.lose()
      throw error
    }
    purchase?.claim.complete({
      eventId: intent.callId,
      place: { incarnationId: deps.incarnationId, seq: lastSeq - 1 },
      resultText: sealed === null ? null : (end.resultText ?? null),
    })
    return settlementOf(terms, end)
  }

  async function openPaid(paid: PaidCall): Promise<OpenCharge> {
    const call = bind(paid)
    const { intent, price, purchase } = call
    const reserved = reservationOf(tariffOf(price), intent.maxCharge?.amount)
    assert(reserved !== undefined, 'a price has an end')
    const room = purchase === undefined ? CALL_ROOM_BYTES : OUTCOME_ROOM_BYTES
    const refusal = journal.admit(room)
    if (refusal !== undefined) throw refuseJournal(refusal, { retryAfterSeconds: 1 })
    let reservation: Reservation | undefined
    try {
      reservation = await reserve(call, reserved)
      const terms = {
        intent,
        price,
        leaseId: reservation.leaseId,
        reserved,
        purchaseId: purchase?.purchaseId ?? null,
        mandateId: call.path.mandateId,
        snapshotVersion: replica.version,
      }
      await writeIntent(call, terms)
      // NOTE: a stop or a revocation that came while this call waited found nothing to end yet. From here on it is
      // found: nothing between this look and the call's being bound waits for anything but settled promises.
      try {
        refuseEnded(call)
      } catch (error) {
        // An intent that may have been written has its end.
        release(terms, NEVER_SENT)
        throw error
      }
      const { mandateId } = terms
      const stream = meterOf(call, terms)
      const settle = settlePaid(call, terms, { reservation, room, stream })
      return { ...chargeOf(price, settle, stream), mandateId }
    } catch (error) {
      reservation?.settle(0n)
      journal.leave(room)
      throw explainRefusal(error, intent.target, price)
    }
  }

  function meterOf({ intent, price }: PaidCall, terms: CallTerms): MeteredStream | undefined {
    const { reserved } = terms
    const beganMs = clock.monotonicMs()
    return createStreamMeter({
      counter: deps.tokens,
      clock,
      price,
      reserved,
      intent,
      checkpoint(metered) {
        if (journal.admit(CHECKPOINT_ROOM_BYTES) !== undefined) return
        const durationMs = clock.monotonicMs() - beganMs
        journal.append([checkpointEntry(terms, { ...metered, atMs: clock.now(), durationMs })])
        journal.leave(CHECKPOINT_ROOM_BYTES)
      },
    })
  }

  /** What a call is charged by; undefined when it costs nothing whatever it used. */
  async function meter(
    call: PaidCall,
    terms: CallTerms,
    end: CallEnd,
    stream: MeteredStream | undefined,
  ): Promise<MeteredCall | undefined> {
    const { intent, price } = call
    const { reserved } = terms
    switch (dueOf(end.outcome, priceModelOf(price), intent.server)) {
      case 'all':
        return meterCall(deps.tokens, { intent, price, reserved }, end, stream?.admittedUse)
      case 'delivered':
        return stream?.deliveredUse && meteredBy(price, stream.deliveredUse, reserved)
      case 'nothing':
        return undefined
    }
  }

  function settlePaid(
    call: PaidCall,
    terms: CallTerms,
    held: {
      readonly reservation: Reservation
      readonly room: number
      readonly stream: MeteredStream | undefined
    },
  ): (end: CallEnd) => Promise<Settlement> {
    return async (end) => {
      let used = 0n
      try {
        const { intent, purchase } = call
        const metered = await meter(call, terms, end, held.stream)
        if (metered === undefined) {
          if (end.outcome === 'cancelled') cancellations.note(intent.caller.keyId)
          purchase?.claim.release()
          return release(terms, end)
        }
        // Nothing to pay, and nobody who would fetch it again: there is nothing to wait for.
        if (metered.amount === 0n && purchase === undefined) {
          return release(terms, { ...end, ...metered })
        }
        const settlement = await charge(call, terms, { ...end, ...metered })
        used = metered.amount
        return settlement
      } finally {
        held.reservation.settle(used)
        journal.leave(held.room)
      }
    }
  }

  return {
    get openCalls() {
      return openCalls
    },
    openFree(intent) {
      openCalls += 1
      const terms = {
        intent,
        price: undefined,
        leaseId: null,
        reserved: 0n,
        purchaseId: null,
        snapshotVersion: replica.version,
      }
      return chargeOf(undefined, (end) => Promise.resolve(release(terms, end)))
    },
    async openPaid(call) {
      openCalls += 1
      try {
        return await openPaid(call)
      } catch (error) {
        leaveOne()
        throw error
      }
    },
    async whenNoneOpen() {
      if (openCalls === 0) return
      idle ??= Promise.withResolvers<void>()
      await idle.promise
    },
  }
}

function settlementOf(terms: CallTerms, { amount, units }: MeteredCall): Settlement {
  const asset = assetId(terms.price?.asset ?? USD.id)
  const counted = units === undefined ? {} : { units }
  return { charged: money(amount, asset), eventId: terms.intent.callId, ...counted }
}

function isScopeStale(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : undefined
  return cause instanceof Problem && cause.members['controlPlaneCode'] === 'payments.scope_stale'
}
