import { assert, USD, type Id } from '@mcp-orchestra/kernel'
import type { Price } from '../../metering/index.ts'
import type { BatchPlan, FeeTotal, FoldState } from '../journal/batch-plan.ts'
import type { Intent, JournalEntry } from '../journal/entry.ts'
import { foldBatch } from '../journal/fold-batch.ts'
import { feeKeyOf } from '../journal/fold-usage.ts'
import { meterKeyOf, type MeterTotal } from '../journal/meter-total.ts'
import type { Lease } from '../lease/lease.ts'
import type { ShareAgreement } from '../share/share-agreement.ts'

/** Everything that the database would know, in memory: plans are applied to it one after another. */
export interface FoldModel {
  readonly plans: BatchPlan[]
  /** Folds a batch into the model, as the transaction would. */
  apply(entries: readonly JournalEntry[]): BatchPlan
  /** Credits minus debits per account name. */
  balances(): Record<string, bigint>
  leases(): Lease[]
  feeTotals(): Record<string, bigint>
  /** What became of each event: `disposition` and the posted amount. */
  fates(): Record<string, string>
  cases(): Record<string, bigint>
}

/** Makes a model of one incarnation with its leases and prices, and agreements on shares. */
export function createFoldModel(
  incarnationId: Id<'inc'>,
  leases: readonly Lease[],
  prices: readonly Price[],
  agreements: readonly ShareAgreement[] = [],
): FoldModel {
  const known = new Map(leases.map((lease) => [lease.id, lease]))
  const fees = new Map<string, FeeTotal>()
  const meters = new Map<string, MeterTotal>()
  const events = new Set<Id<'evt'>>()
  const purchases = new Set<Id<'pur'>>()
  const intents = new Map<Id<'evt'>, Intent>()
  const plans: BatchPlan[] = []

  function stateFor(entries: readonly JournalEntry[]): FoldState {
    const named = entries.flatMap((entry) =>
      entry.kind === 'usage' ? (entry.call.purchaseId ?? []) : [],
    )
    return {
      incarnationState: 'open',
      leases: new Map(known),
      prices: new Map(prices.map((price) => [price.id, price])),
      feeTotals: [...fees.values()],
      meterTotals: [...meters.values()],
      agreements,
      knownEvents: new Set(events),
      claimedPurchases: new Set(named.filter((id) => !purchases.has(id))),
      intents: [...intents.values()],
      assets: new Set([USD.id]),
    }
  }

  return {
    plans,
    apply(entries) {
      const plan = foldBatch({ incarnationId, entries }, stateFor(entries))
      plans.push(plan)
      for (const { id, used, returned, state } of plan.leases) {
        const lease = known.get(id)
        assert(lease !== undefined, 'only leases of the batch change')
        known.set(id, { ...lease, used, returned, state })
      }
      for (const total of plan.meterTotals) meters.set(meterKeyOf(total), total)
      for (const total of plan.feeTotals) fees.set(feeKeyOf(total), total)
      for (const { id } of plan.events) events.add(id)
      for (const { id } of plan.purchases) purchases.add(id)
      for (const intent of plan.intentsOpened) intents.set(intent.id, intent)
      for (const id of plan.intentsClosed) intents.delete(id)
      return plan
    },
    balances() {
      const balances: Record<string, bigint> = {}
      for (const { debit, credit, amount } of plans.flatMap((plan) => plan.transfers)) {
        balances[debit] = (balances[debit] ?? 0n) - amount.amount
        balances[credit] = (balances[credit] ?? 0n) + amount.amount
      }
      return balances
    },
    leases: () => [...known.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    feeTotals: () => Object.fromEntries([...fees].map(([key, { gross }]) => [key, gross])),
    fates: () =>
      Object.fromEntries(
        plans
          .flatMap((plan) => plan.events)
          .map(({ id, disposition, posted }) => [id, `${disposition} ${posted}`]),
      ),
    cases() {
      const cases: Record<string, bigint> = {}
      for (const { kind, subject, amount } of plans.flatMap((plan) => plan.cases)) {
        cases[`${kind} ${subject}`] = (cases[`${kind} ${subject}`] ?? 0n) + amount
      }
      return cases
    },
  }
}
