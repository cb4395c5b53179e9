import type {
  JournalCursor,
  ShippedRecord,
  UsageBatch,
  UsageBatchResponse,
} from '@mcp-orchestra/api/gateway-link'
import { parseId, USD, type AssetId, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { tariffOf } from '../../metering/index.ts'
import { TRANSFERS_MAX, type TransferRequest } from '../../ledger/index.ts'
import type { CaseOpening } from '../case/case.ts'
import { openCases } from '../case/open-cases.ts'
import type { PaymentsDeps } from '../deps.ts'
import { thawWhenComplete, type ThawDeps } from '../incarnation/thaw.ts'
import type { Incarnation } from '../incarnation/incarnation.ts'
import { refuse } from '../problems.ts'
import { agreementAt } from '../share/share-agreement.ts'
import type { BatchPlan, FoldState } from './batch-plan.ts'
import type { JournalEntry } from './entry.ts'
import { foldBatch } from './fold-batch.ts'
import { feeKeyOf } from './fold-usage.ts'
import { verifyChain, type ChainPosition } from './hash-chain.ts'
import { merkleRoot } from './merkle.ts'
import { meterUseOf } from './meter-total.ts'
import { rateCall } from './rate-call.ts'
import { readEntry } from './read-entry.ts'

/** What applying a batch needs. */
export type ApplyBatchDeps = Pick<
  PaymentsDeps,
  'metering' | 'caps' | 'journal' | 'cases' | 'shares'
> &
  ThawDeps

/** The assets that the ledger has accounts for. */
const ASSETS: ReadonlySet<AssetId> = new Set([USD.id])

type Applied =
  | {
      readonly kind: 'answered'
      readonly response: UsageBatchResponse
      readonly alarm?: CaseOpening
    }
  | { readonly kind: 'broken'; readonly alarm: CaseOpening }

/**
 * Applies a batch of a journal exactly once (spending §4.15): only when it starts at cursor + 1 and its
 * hash chain holds, and then cursor, usage rows and postings commit together. A batch from elsewhere is
 * not applied and told where the journal stands; one beyond the cursor, or with a broken chain, raises
 * an alarm besides.
 */
export async function applyBatch(
  deps: ApplyBatchDeps,
  slot: string,
  batch: UsageBatch,
): Promise<UsageBatchResponse> {
  const incarnationId = parseId('inc', batch.incarnationId)
  if (incarnationId === undefined) throw refuse('payments.incarnation_unknown')
  const entries = batch.records.map(readEntry)
  const result = await deps.transactions.run((tx) =>
    apply(deps, tx, { slot, incarnationId, records: batch.records, entries }),
  )
  // Only now: a notification inside the transaction would hold up the commits of all others.
  if (result.kind === 'answered' && result.response.applied) deps.metering.usagePosted()
  if (result.alarm !== undefined) {
    const { alarm } = result
    // Apart from the batch: the alarm stays although nothing was applied.
    await deps.transactions.run((tx) => openCases(deps, tx, [alarm]))
  }
  if (result.kind === 'answered') return result.response
  throw refuse('payments.journal_broken', { members: { ...result.alarm.detail } })
}

type Arrival = {
  readonly slot: string
  readonly incarnationId: Id<'inc'>
  readonly records: readonly ShippedRecord[]
  readonly entries: readonly JournalEntry[]
}

async function apply(deps: ApplyBatchDeps, tx: Transaction, arrival: Arrival): Promise<Applied> {
  const { slot, incarnationId, records, entries } = arrival
  const endsJournal = entries.some(({ kind }) => kind === 'incarnation_end')
  const purpose = endsJournal ? 'end' : 'batch'
  // A batch may end a freeze: then it takes the epoch's row first, like every writer that may.
  const { frozen } = await deps.epochs.read(tx)
  if (frozen) await deps.epochs.lock(tx)
  const incarnation = await deps.incarnations.lock(tx, incarnationId, purpose)
  const before = await deps.journal.lockCursor(tx, incarnationId)
  if (incarnation === undefined || before === undefined) {
    throw refuse('payments.incarnation_unknown')
  }
  if (incarnation.slot !== slot) throw refuse('payments.slot_mismatch')

  const first = records[0]?.seq ?? 0
  if (first !== before.seq + 1 || incarnation.state === 'ended') {
    const response = { applied: false, cursor: cursorOf(incarnation, before) }
    if (first <= before.seq + 1) return { kind: 'answered', response }
    return { kind: 'answered', response, alarm: gapOf(incarnationId, before.seq, first) }
  }
  const verdict = verifyChain(before, records)
  if (verdict.kind === 'broken') {
    return { kind: 'broken', alarm: breakOf(incarnationId, verdict) }
  }
  const plan = await foldAndWrite(deps, tx, incarnation, entries)
  await deps.journal.advance(tx, incarnationId, verdict.position)
  await deps.journal.addBatch(tx, {
    incarnationId,
    firstSeq: first,
    lastSeq: verdict.position.seq,
    ...treeOf(records),
    appliedAt: deps.clock.now(),
  })
  if (frozen) await thawWhenComplete(deps, tx)
  const state = plan.ended ? 'ended' : incarnation.state
  const cursor = cursorOf({ ...incarnation, state }, verdict.position)
  return { kind: 'answered', response: { applied: true, cursor } }
}

async function foldAndWrite(
  deps: ApplyBatchDeps,
  tx: Transaction,
  incarnation: Incarnation,
  entries: readonly JournalEntry[],
): Promise<BatchPlan> {
  const now = deps.clock.now()
  const state = await gatherState(deps, tx, incarnation, entries)
  const plan = foldBatch({ incarnationId: incarnation.id, entries }, state)
  await deps.metering.recordUsage(tx, plan.events)
  await deps.journal.settleClaims(tx, [...state.claimedPurchases], plan.purchases)
  await deps.journal.changeIntents(tx, incarnation.id, plan.intentsOpened, plan.intentsClosed)
  await openCases(deps, tx, plan.cases)
  await deps.leases.apply(tx, plan.leases, now)
  await deps.caps.giveBack(tx, plan.leases)
  await deps.journal.saveMeterTotals(tx, plan.meterTotals)
  await deps.journal.saveFeeTotals(tx, plan.feeTotals)
  await postAll(deps, tx, plan.transfers)
  if (plan.ended) {
    await deps.incarnations.close(tx, incarnation.id, 'ended', now)
    await deps.cases.resolve(tx, 'journal_missing', incarnation.id)
  }
  return plan
}

/** What the fold must know, locked in the order of all writers: purchases, leases, meters, fees (spending §1.6). */
async function gatherState(
  deps: ApplyBatchDeps,
  tx: Transaction,
  incarnation: Incarnation,
  entries: readonly JournalEntry[],
): Promise<FoldState> {
  const calls = entries.flatMap((entry) => (entry.kind === 'usage' ? [entry.call] : []))
  const paid = calls.filter(({ amount }) => amount > 0n)
  const ends = entries.some(({ kind }) => kind === 'incarnation_end')
  const eventIds = [
    ...calls.map(({ id }) => id),
    ...entries.flatMap((entry) => (entry.kind === 'intent' ? [entry.intent.id] : [])),
  ]
  const knownEvents = await deps.metering.knownEvents(tx, unique(eventIds))
  const purchases = unique(paid.flatMap(({ purchaseId }) => purchaseId ?? []))
  const claimed = await deps.journal.claimPurchases(tx, purchases, deps.clock.now())
  const leases = ends
    ? await lockAll(deps, tx, incarnation.id, leaseIdsOf(entries))
    : await deps.leases.lock(tx, leaseIdsOf(entries))
  const found = await deps.metering.prices(tx, unique(paid.flatMap(({ priceId }) => priceId ?? [])))
  const prices = new Map(found.map((price) => [price.id, price]))
  // Only what the rater agrees with can post: a garbled record leaves no trace in the totals.
  const rated = paid.flatMap((call) => {
    const rating = rateCall(call, call.priceId === null ? undefined : prices.get(call.priceId))
    return rating.kind === 'agreed' ? [{ call, price: rating.price }] : []
  })
  const meterKeys = rated.flatMap(({ call, price }) => meterUseOf(call, tariffOf(price)))
  const servers = unique(rated.map(({ call }) => call.serverId))
  const agreements = await deps.shares.ofServers(tx, servers)
  const keys = rated.map(({ call }) => ({
    ...call,
    shareId: agreementAt(agreements, call)?.id ?? null,
  }))
  const feeKeys = new Map(keys.map((key) => [feeKeyOf(key), key]))
  return {
    incarnationState: incarnation.state === 'lost' ? 'lost' : 'open',
    leases: new Map(leases.map((lease) => [lease.id, lease])),
    prices,
    meterTotals: await deps.journal.lockMeterTotals(tx, meterKeys),
    feeTotals: await deps.journal.lockFeeTotals(tx, [...feeKeys.values()]),
    agreements,
    knownEvents: new Set(knownEvents),
    claimedPurchases: new Set(claimed),
    intents: await deps.journal.intents(tx, incarnation.id, ends ? 'all' : unique(eventIds)),
    assets: ASSETS,
  }
}

/** The leases that a last batch names, and all that its incarnation still holds, in one order of id. */
async function lockAll(
  deps: ApplyBatchDeps,
  tx: Transaction,
  incarnationId: Id<'inc'>,
  named: readonly Id<'les'>[],
) {
  const open = await deps.leases.lockOpenOf(tx, incarnationId)
  const held = new Set(open.map(({ id }) => id))
  return [
    ...open,
    ...(await deps.leases.lock(
      tx,
      named.filter((id) => !held.has(id)),
    )),
  ]
}

function leaseIdsOf(entries: readonly JournalEntry[]): Id<'les'>[] {
  return unique(
    entries.flatMap((entry) => {
      if (entry.kind === 'usage') return entry.call.leaseId ?? []
      return entry.kind === 'lease_return' || entry.kind === 'lease_close' ? entry.leaseId : []
    }),
  )
}

/** Opens what is credited for the first time, then posts; in one statement unless the batch is an end. */
async function postAll(
  deps: ApplyBatchDeps,
  tx: Transaction,
  transfers: readonly TransferRequest[],
): Promise<void> {
  if (transfers.length === 0) return
  const names = transfers.flatMap(({ debit, credit }) => [debit, credit])
  await deps.ledger.openAccounts(tx, unique(names).toSorted(), USD.id)
  for (let from = 0; from < transfers.length; from += TRANSFERS_MAX) {
    await deps.ledger.post(tx, transfers.slice(from, from + TRANSFERS_MAX))
  }
}

function treeOf(records: readonly ShippedRecord[]): { leaves: Buffer[]; merkleRoot: Buffer } {
  const leaves = records.map(({ payloadDigest }) => Buffer.from(payloadDigest, 'hex'))
  return { leaves, merkleRoot: merkleRoot(leaves) }
}

function cursorOf({ id, state }: Incarnation, { seq, hash }: ChainPosition): JournalCursor {
  return { incarnationId: id, seq, hash: hash.toString('hex'), state }
}

function gapOf(incarnationId: Id<'inc'>, cursor: number, first: number): CaseOpening {
  return alarmOf('journal_gap', incarnationId, { cursor, first })
}

function breakOf(
  incarnationId: Id<'inc'>,
  { seq, reason }: { readonly seq: number; readonly reason: string },
): CaseOpening {
  return alarmOf('journal_broken', incarnationId, { seq, reason })
}

function alarmOf(
  kind: 'journal_gap' | 'journal_broken',
  incarnationId: Id<'inc'>,
  detail: CaseOpening['detail'],
): CaseOpening {
  return {
    kind,
    subject: incarnationId,
    organizationId: null,
    incarnationId,
    amount: 0n,
    asset: null,
    detail,
  }
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}
