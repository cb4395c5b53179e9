import {
  createIds,
  feeOnCumulative,
  instant,
  toUuid,
  USD,
  type Clock,
  type Id,
  type Money,
} from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountNames } from '../../ledger/index.ts'
import type { MeteredCall, Price } from '../../metering/index.ts'
import { remainderOf, type Lease } from '../lease/lease.ts'
import { createFoldModel } from '../testing/fold-model.ts'
import { sampleCall } from '../testing/sample-call.ts'
import type { EntryBody, JournalEntry } from './entry.ts'

const clock: Clock = { now: () => instant(1_795_350_600_000), monotonicMs: () => 0 }
const ids = createIds(clock)
const INC = ids.make('inc')
const PAYERS = [ids.make('org'), ids.make('org')] as const
const PUBLISHER = ids.make('org')
const SERVER = ids.make('srv')
const KEY = ids.make('key')
const PURCHASES = [ids.make('pur'), ids.make('pur'), ids.make('pur')] as const
const PRICES = [7n, 1_000n, 33_333n].map(priceOf)
const [CHEAP] = PRICES
/** Enough for every call that a property makes. */
const AMPLE = 10n ** 9n

function priceOf(amount: bigint, index: number): Price {
  const { now } = clock
  return {
    id: ids.make('prc'),
    serverId: SERVER,
    tool: `tool-${index}`,
    version: 1,
    publisherId: PUBLISHER,
    amount,
    asset: USD.id,
    feeBps: index === 1 ? 1_000 : 250,
    publishedAt: now(),
    startsAt: now(),
  }
}

function leaseOf(payerId: Id<'org'>, granted: bigint): Lease {
  const id = ids.make('les')
  const state = 'open'
  return { id, incarnationId: INC, payerId, asset: USD.id, granted, used: 0n, returned: 0n, state }
}

function callOf(lease: Lease, price: Price, more: Partial<MeteredCall> = {}): MeteredCall {
  return sampleCall(lease, price, { at: clock.now(), keyId: KEY, ...more })
}

function inOrder(bodies: readonly EntryBody[]): JournalEntry[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1 }))
}

/** Cuts entries into batches at the given places. */
function cutAt(entries: readonly JournalEntry[], cuts: readonly number[]): JournalEntry[][] {
  const places = [...new Set(cuts.map((cut) => cut % entries.length))].toSorted((a, b) => a - b)
  const bounds = [0, ...places.filter((place) => place > 0), entries.length]
  return bounds.slice(1).map((end, index) => entries.slice(bounds[index], end))
}

/** What happens, as indexes: leases and prices are chosen when it is made into records. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('call' as const),
      lease: fc.nat(2),
      price: fc.nat(2),
      free: fc.boolean(),
      purchase: fc.option(fc.nat(2)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('return' as const),
      lease: fc.nat(2),
      amount: fc.nat(1_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('garbage' as const),
      lease: fc.nat(2),
      price: fc.nat(2),
    }),
  },
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

function recordsOf(happenings: readonly Happening[], leases: readonly Lease[]): EntryBody[] {
  return happenings.flatMap((one): EntryBody[] => {
    const lease = leases[one.lease]
    if (lease === undefined) return []
    if (one.what === 'return') {
      return [{ kind: 'lease_return', leaseId: lease.id, amount: BigInt(one.amount) }]
    }
    const price = PRICES[one.price] ?? priceOf(1n, 0)
    if (one.what === 'garbage') {
      // A claim that its price version does not bear out.
      return [{ kind: 'usage', call: callOf(lease, price, { amount: price.amount - 1n }) }]
    }
    const purchaseId = one.purchase === null ? null : (PURCHASES[one.purchase] ?? null)
    const amount = one.free ? 0n : price.amount
    return [{ kind: 'usage', call: callOf(lease, price, { amount, purchaseId }) }]
  })
}

const worlds = fc.record({
  happenings: fc.array(happening, { minLength: 1, maxLength: 40 }),
  cuts: fc.array(fc.nat(), { maxLength: 6 }),
})

const sumOf = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n)

function freshLeases(granted: bigint): Lease[] {
  return [leaseOf(PAYERS[0], granted), leaseOf(PAYERS[0], granted), leaseOf(PAYERS[1], granted)]
}

describe('folding a batch', () => {
  test('any cut into batches gives the same balances, leases, fees, fates and cases', () => {
    fc.assert(
      fc.property(
        worlds,
        fc.constantFrom(AMPLE, 40_000n, 500n),
        ({ happenings, cuts }, granted) => {
          const leases = freshLeases(granted)
          const entries = inOrder([...recordsOf(happenings, leases), { kind: 'incarnation_end' }])
          const whole = createFoldModel(INC, leases, PRICES)
          whole.apply(entries)
          const parts = createFoldModel(INC, leases, PRICES)
          for (const batch of cutAt(entries, cuts)) parts.apply(batch)
          expect(parts.balances()).toEqual(whole.balances())
          expect(parts.leases()).toEqual(whole.leases())
          expect(parts.feeTotals()).toEqual(whole.feeTotals())
          expect(parts.fates()).toEqual(whole.fates())
          expect(parts.cases()).toEqual(whole.cases())
        },
      ),
    )
  })

  test('any order of calls that the leases cover gives the same balances and fees', () => {
    const shuffled = fc
      .array(happening, { minLength: 1, maxLength: 30 })
      .map((list) => list.filter(({ what }) => what === 'call'))
      .map((list) => list.map((one) => ({ ...one, purchase: null })))
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      )
    fc.assert(
      fc.property(shuffled, ([happenings, reordered]) => {
        const leases = freshLeases(AMPLE)
        const [first, second] = [happenings, reordered].map((list) => {
          const model = createFoldModel(INC, leases, PRICES)
          model.apply(inOrder([...recordsOf(list, leases), { kind: 'incarnation_end' }]))
          return model
        })
        expect(second?.balances()).toEqual(first?.balances())
        expect(second?.leases()).toEqual(first?.leases())
        expect(second?.feeTotals()).toEqual(first?.feeTotals())
      }),
    )
  })

  test('parts equal the whole: what leaves the leases is what arrives, and the fee is the one-shot fee', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom(AMPLE, 40_000n), ({ happenings, cuts }, granted) => {
        const leases = freshLeases(granted)
        const entries = inOrder([...recordsOf(happenings, leases), { kind: 'incarnation_end' }])
        const model = createFoldModel(INC, leases, PRICES)
        for (const batch of cutAt(entries, cuts)) model.apply(batch)

        const balances = model.balances()
        expect(Object.values(balances).reduce((sum, balance) => sum + balance, 0n)).toBe(0n)
        for (const lease of model.leases()) {
          expect(lease.state).toBe('closed')
          expect(remainderOf(lease)).toBe(0n)
        }
        const gross = model.plans
          .flatMap(({ events }) => events)
          .reduce((sum, { posted }) => sum + posted, 0n)
        const fee = Object.entries(model.feeTotals()).reduce(
          (sum, [key, total]) => sum + feeOnCumulative(total, Number(key.split('\n').at(3))),
          0n,
        )
        expect(balances[accountNames.platform('fees')] ?? 0n).toBe(fee)
        expect(balances[accountNames.accrued(PUBLISHER)] ?? 0n).toBe(gross - fee)
        expect(model.leases().reduce((sum, { used }) => sum + used, 0n)).toBe(gross)
        // What nobody may be charged for is our loss, to the last unit.
        const aside = Object.values(model.cases()).reduce((sum, amount) => sum + amount, 0n)
        expect(balances[accountNames.platform('suspense')] ?? 0n).toBe(aside)
        expect(-(balances[accountNames.platform('loss')] ?? 0n)).toBe(aside)
      }),
    )
  })

  test('the fees of the calls of a posting sum to its fee leg, and none is more than its call', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom(AMPLE, 500n), ({ happenings, cuts }, granted) => {
        const leases = freshLeases(granted)
        const model = createFoldModel(INC, leases, PRICES)
        const entries = inOrder(recordsOf(happenings, leases))
        for (const plan of cutAt(entries, cuts).map((batch) => model.apply(batch))) {
          for (const { fee, posted } of plan.events) {
            expect(fee).toBeGreaterThanOrEqual(0n)
            expect(fee).toBeLessThanOrEqual(posted)
          }
          for (const leading of plan.transfers.filter(({ id, link }) => link === toUuid(id))) {
            const calls = plan.events.filter(({ transferId }) => transferId === leading.id)
            const legs = plan.transfers.filter(({ link }) => link === leading.link)
            const fees = legs.filter(({ credit }) => credit === accountNames.platform('fees'))
            expect(sumOf(calls.map(({ fee }) => fee ?? 0n))).toBe(
              sumOf(fees.map(({ amount }) => amount.amount)),
            )
            expect(sumOf(calls.map(({ posted }) => posted))).toBe(
              sumOf(legs.map(({ amount }) => amount.amount)),
            )
          }
        }
      }),
    )
  })

  test('a keyed purchase posts once however often it is journalled, and every repeat is kept and free', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        (times, cuts) => {
          const lease = leaseOf(PAYERS[0], AMPLE)
          const [, price = priceOf(1n, 0)] = PRICES
          const calls = Array.from({ length: times }, (_, index) =>
            callOf(lease, price, { purchaseId: PURCHASES[0], attempt: index + 1 }),
          )
          const model = createFoldModel(INC, [lease], PRICES)
          const entries = inOrder(calls.map((call) => ({ kind: 'usage', call })))
          for (const batch of cutAt(entries, cuts)) model.apply(batch)
          const fates = Object.values(model.fates())
          expect(fates.filter((fate) => fate === `posted ${price.amount}`)).toHaveLength(1)
          expect(fates.filter((fate) => fate === 'duplicate_purchase 0')).toHaveLength(times - 1)
          expect(model.leases()[0]?.used).toBe(price.amount)
        },
      ),
    )
  })

  test('an event that is journalled twice posts once and opens a case', () => {
    const lease = leaseOf(PAYERS[0], AMPLE)
    const call = callOf(lease, CHEAP ?? priceOf(1n, 0))
    const model = createFoldModel(INC, [lease], PRICES)
    model.apply(
      inOrder([
        { kind: 'usage', call },
        { kind: 'usage', call },
      ]),
    )
    model.apply([{ kind: 'usage', call, seq: 3 }])
    expect(model.leases()[0]?.used).toBe(call.amount)
    expect(Object.keys(model.cases())).toEqual([`duplicate_event ${call.id}`])
  })

  test.each<[string, Partial<MeteredCall>, string]>([
    [
      'claims more than its price version says',
      { amount: 8n, reserved: 8n },
      'rating_disagreement',
    ],
    ['claims less than its price version says', { amount: 6n }, 'rating_disagreement'],
    [
      'names a price version that nobody knows',
      { priceId: ids.make('prc') },
      'rating_disagreement',
    ],
    ['names no price version', { priceId: null }, 'rating_disagreement'],
    ['pays another publisher', { publisherId: PAYERS[1] }, 'rating_disagreement'],
    ['is of another tool', { tool: 'another' }, 'rating_disagreement'],
    ['has another fee', { feeBps: 0 }, 'rating_disagreement'],
    ['has no lease', { leaseId: null }, 'lease_unknown'],
    ['names a lease that nobody knows', { leaseId: ids.make('les') }, 'lease_unknown'],
    ['names a lease of another payer', { payerId: PAYERS[1] }, 'lease_unknown'],
  ])('a call that %s costs the payer nothing and opens a case', (_, wrong, kind) => {
    const lease = leaseOf(PAYERS[0], AMPLE)
    const call = callOf(lease, CHEAP ?? priceOf(1n, 0), wrong)
    const model = createFoldModel(INC, [lease], PRICES)
    const plan = model.apply(
      inOrder([
        { kind: 'usage', call },
        { kind: 'lease_close', leaseId: lease.id },
      ]),
    )
    expect(model.leases()[0]).toMatchObject({ used: 0n, returned: AMPLE })
    expect(plan.cases).toMatchObject([{ kind, amount: call.amount, organizationId: call.payerId }])
    expect(plan.events).toMatchObject([{ disposition: 'suspense', posted: 0n }])
    expect(model.balances()).toMatchObject({
      [accountNames.platform('suspense')]: call.amount,
      [accountNames.platform('loss')]: -call.amount,
      [accountNames.available(lease.payerId)]: AMPLE,
    })
  })

  test('what a lease does not cover is never the payer’s', () => {
    const lease = leaseOf(PAYERS[0], 10n)
    const price = CHEAP ?? priceOf(7n, 0)
    const model = createFoldModel(INC, [lease], PRICES)
    const calls = [callOf(lease, price), callOf(lease, price)]
    model.apply(inOrder(calls.map((call) => ({ kind: 'usage', call }))))
    expect(model.leases()[0]).toMatchObject({ used: 7n, state: 'open' })
    expect(model.cases()).toEqual({ [`lease_overspent ${lease.id}`]: 7n })
  })

  test('nothing posts on a lease after its close, and a second close changes nothing', () => {
    const lease = leaseOf(PAYERS[0], 100n)
    const price = CHEAP ?? priceOf(7n, 0)
    const model = createFoldModel(INC, [lease], PRICES)
    const close = { kind: 'lease_close', leaseId: lease.id } as const
    const plan = model.apply(
      inOrder([
        close,
        { kind: 'usage', call: callOf(lease, price) },
        close,
        { kind: 'incarnation_end' },
      ]),
    )
    expect(model.leases()[0]).toMatchObject({ used: 0n, returned: 100n, state: 'closed' })
    expect(plan.cases.map(({ kind }) => kind)).toEqual(['lease_overspent', 'record_refused'])
    expect(plan.ended).toBe(true)
  })

  test('more than is left cannot come back', () => {
    const lease = leaseOf(PAYERS[0], 100n)
    const model = createFoldModel(INC, [lease], PRICES)
    const plan = model.apply(inOrder([{ kind: 'lease_return', leaseId: lease.id, amount: 101n }]))
    expect(model.leases()[0]).toMatchObject({ returned: 0n, state: 'open' })
    expect(plan.cases).toMatchObject([{ kind: 'record_refused', subject: lease.id }])
    expect(plan.transfers).toEqual([])
  })

  test('after a journal was declared lost, calls go to suspense and returns change nothing', () => {
    const lease: Lease = { ...leaseOf(PAYERS[0], 100n), returned: 100n, state: 'lost' }
    const call = callOf(lease, CHEAP ?? priceOf(7n, 0))
    const model = createFoldModel(INC, [lease], PRICES)
    const plan = model.apply(inOrder([{ kind: 'usage', call }]))
    expect(plan.events).toMatchObject([{ disposition: 'suspense', posted: 0n }])
    expect(model.balances()[accountNames.available(lease.payerId)]).toBeUndefined()
  })

  describe('an intent', () => {
    const lease = leaseOf(PAYERS[0], AMPLE)
    const price = CHEAP ?? priceOf(7n, 0)
    const call = callOf(lease, price, { amount: 0n, outcome: 'timeout' })
    const intent = {
      id: call.id,
      at: call.at,
      leaseId: lease.id,
      payerId: lease.payerId,
      serverId: SERVER,
      tool: price.tool,
      reserved: price.amount,
      purchaseId: null,
      opensCase: true,
    }

    test('is resolved by its usage record, in the same batch or a later one', () => {
      const together = createFoldModel(INC, [lease], PRICES)
      const bodies: EntryBody[] = [
        { kind: 'intent', intent },
        { kind: 'usage', call },
      ]
      const plan = together.apply(inOrder([...bodies, { kind: 'incarnation_end' }]))
      expect(plan).toMatchObject({ intentsOpened: [], cases: [] })
      const apart = createFoldModel(INC, [lease], PRICES)
      const entries = inOrder([...bodies, { kind: 'incarnation_end' }])
      expect(apart.apply(entries.slice(0, 1)).intentsOpened).toEqual([intent])
      expect(apart.apply(entries.slice(1))).toMatchObject({ intentsClosed: [call.id], cases: [] })
    })

    test('that nothing resolved opens a case at the end of its journal, when it is worth one', () => {
      for (const opensCase of [true, false]) {
        const model = createFoldModel(INC, [lease], PRICES)
        const entries = inOrder([
          { kind: 'intent', intent: { ...intent, opensCase } },
          { kind: 'incarnation_end' },
        ])
        const [first, last] = entries
        if (first === undefined || last === undefined) throw new Error('two entries')
        model.apply([first])
        const plan = model.apply([last])
        const kinds = plan.cases.map(({ kind }) => kind)
        expect(kinds).toEqual(opensCase ? ['intent_unresolved'] : [])
        expect(plan.intentsClosed).toEqual([intent.id])
      }
    })
  })

  test('transfers of a batch are one a lease, publisher, price version and leg', () => {
    const leases = freshLeases(AMPLE)
    const bodies = leases.flatMap((lease) =>
      PRICES.flatMap((price) => [1, 2, 3].map(() => callOf(lease, price))),
    )
    const model = createFoldModel(INC, leases, PRICES)
    const plan = model.apply(inOrder(bodies.map((call) => ({ kind: 'usage', call }))))
    const legs = new Set(plan.transfers.map(({ id }) => id))
    expect(legs.size).toBe(plan.transfers.length)
    expect(plan.transfers.length).toBeLessThanOrEqual(leases.length * PRICES.length * 2)
    expect(new Set(plan.transfers.map(({ link }) => link)).size).toBe(leases.length * PRICES.length)
    const amounts = (list: readonly Money[]) => list.reduce((sum, { amount }) => sum + amount, 0n)
    const gross = bodies.reduce((sum, { amount }) => sum + amount, 0n)
    expect(amounts(plan.transfers.map(({ amount }) => amount))).toBe(gross)
    for (const { transferId } of plan.events)
      expect(legs.has(transferId ?? ids.make('txn'))).toBe(true)
  })
})
