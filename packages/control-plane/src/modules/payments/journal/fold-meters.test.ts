import { readComponent, type PriceComponentDocument } from '@mcp-orchestra/api/price-form'
import {
  claimOf,
  createIds,
  fromRfc3339,
  instant,
  runningCostOf,
  USD,
  type Clock,
  type Instant,
} from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tariffOf, type MeteredCall, type Price } from '../../metering/index.ts'
import { createFoldModel } from '../testing/fold-model.ts'
import type { JournalEntry } from './entry.ts'

const NOW = fromRfc3339('2026-11-23T12:00:00Z')
const clock: Clock = { now: () => NOW, monotonicMs: () => 0 }
const ids = createIds(clock)
const INC = ids.make('inc')
const PAYER = ids.make('org')
const PUBLISHER = ids.make('org')
const SERVER = ids.make('srv')
const AMPLE = 10n ** 24n

const component = (
  meter: PriceComponentDocument['meter'],
  price: PriceComponentDocument['price'],
) => ({
  meter,
  price,
})
const FORMS: readonly PriceComponentDocument[] = [
  component('output_token', { form: 'unit', rate: { amount: '7', per: '3' } }),
  component('output_token', {
    form: 'graduated',
    tiers: [
      { upTo: '100', rate: { amount: '10', per: '1' } },
      { rate: { amount: '4', per: '1' }, flat: '50' },
    ],
  }),
  component('output_token', { form: 'package', size: '64', amount: '100' }),
  component('output_token', { form: 'unit', rate: { amount: '5', per: '1' }, freeUnits: '150' }),
  component('output_token', {
    form: 'unit',
    rate: { amount: '5', per: '1' },
    minimum: '900',
    maximum: '2000',
  }),
]

function priceOf(document: PriceComponentDocument, maximum = 10n ** 20n): Price {
  return {
    id: ids.make('prc'),
    serverId: SERVER,
    tool: '*',
    version: 1,
    publisherId: PUBLISHER,
    amount: 0n,
    metered: { components: [document], maximum: maximum.toString() },
    asset: USD.id,
    feeBps: 250,
    publishedAt: NOW,
    startsAt: NOW,
  }
}

function leaseOf(granted = AMPLE) {
  return {
    id: ids.make('les'),
    incarnationId: INC,
    payerId: PAYER,
    asset: USD.id,
    granted,
    used: 0n,
    returned: 0n,
    state: 'open' as const,
  }
}

/** A call as a gateway journals it: it claims the most that its units can cost. */
function callOf(
  price: Price,
  leaseId: MeteredCall['leaseId'],
  output: number,
  at: Instant = NOW,
): MeteredCall {
  const reserved = BigInt(price.metered?.maximum ?? 0n)
  const units = { input: 0, output }
  const used = { request: 1n, input_token: 0n, output_token: BigInt(output) }
  return {
    mandateId: null,
    id: ids.make('evt'),
    at,
    leaseId,
    payerId: PAYER,
    keyId: ids.make('key'),
    memberId: null,
    serverId: SERVER,
    publisherId: PUBLISHER,
    method: 'tools/call',
    tool: 'ask',
    priceId: price.id,
    feeBps: 250,
    asset: USD.id,
    reserved,
    amount: claimOf(tariffOf(price), used, reserved),
    units,
    unitsFrom: 'server',
    outcome: 'complete',
    purchaseId: null,
    attempt: 1,
    snapshotVersion: 1,
    durationMs: 1,
    requestBytes: 1,
    resultBytes: 1,
    toolHash: null,
  }
}

const entriesOf = (calls: readonly MeteredCall[], from = 1): JournalEntry[] =>
  calls.map((call, index) => ({ kind: 'usage', seq: from + index, call }))

function postedBy(
  batches: readonly (readonly MeteredCall[])[],
  price: Price,
  lease: ReturnType<typeof leaseOf>,
) {
  const model = createFoldModel(INC, [lease], [price])
  let seq = 1
  for (const batch of batches) {
    if (batch.length > 0) model.apply(entriesOf(batch, seq))
    seq += batch.length
  }
  const posted = model.plans.flatMap(({ events }) => events).map((event) => event.posted)
  return { model, posted, sum: posted.reduce((total, one) => total + one, 0n) }
}

const counts = fc.array(fc.nat(300), { minLength: 1, maxLength: 25 })

describe.each(FORMS)('calls that are priced as $price.form', (document) => {
  test('sum to what their month costs, in any order and any batching, none more than its claim', () => {
    fc.assert(
      fc.property(counts, fc.nat(25), (outputs, cut) => {
        const price = priceOf(document)
        const lease = leaseOf()
        const calls = outputs.map((output) => callOf(price, lease.id, output))
        const { form } = readComponent(document)
        const whole = runningCostOf(
          form,
          outputs.reduce((sum, output) => sum + BigInt(output), 0n),
        )
        for (const order of [calls, calls.toReversed()]) {
          const { model, posted, sum } = postedBy(
            [order.slice(0, cut), order.slice(cut)],
            price,
            lease,
          )
          expect(sum).toBe(whole)
          posted.forEach((one, index) =>
            expect(one).toBeLessThanOrEqual(order[index]?.amount ?? 0n),
          )
          expect(model.leases()[0]?.used).toBe(whole)
          expect(Object.keys(model.cases())).toEqual([])
          const balances = Object.values(model.balances())
          expect(balances.reduce((total, one) => total + one, 0n)).toBe(0n)
        }
      }),
    )
  })
})

describe('a metered call', () => {
  const [rounded] = FORMS
  if (rounded === undefined) throw new Error('a form')

  test('counts in the month in which it happened, whenever it is posted', () => {
    const free = priceOf(
      component('output_token', { form: 'unit', rate: { amount: '5', per: '1' }, freeUnits: '10' }),
    )
    const lease = leaseOf()
    const november = callOf(free, lease.id, 10)
    const december = callOf(free, lease.id, 10, instant(fromRfc3339('2026-12-01T00:00:00Z')))
    const late = callOf(free, lease.id, 1)
    const { posted } = postedBy([[november, december], [late]], free, lease)
    expect(posted).toEqual([0n, 0n, 5n])
  })

  test('that costs nothing within its free units is a purchase all the same', () => {
    const free = priceOf(
      component('output_token', { form: 'unit', rate: { amount: '5', per: '1' }, freeUnits: '10' }),
    )
    const lease = leaseOf()
    const purchaseId = ids.make('pur')
    const first = { ...callOf(free, lease.id, 10), purchaseId }
    const again = { ...callOf(free, lease.id, 10), purchaseId }
    const { model, posted } = postedBy([[first], [again]], free, lease)
    expect(posted).toEqual([0n, 0n])
    expect(model.plans[1]?.events[0]?.disposition).toBe('duplicate_purchase')
    expect(model.plans[1]?.meterTotals).toEqual([])
  })

  test.each<[string, (call: MeteredCall) => MeteredCall]>([
    ['another amount', (call) => ({ ...call, amount: call.amount + 1n })],
    ['no units', (call) => ({ ...call, units: undefined })],
    ['other units', (call) => ({ ...call, units: { input: 0, output: 1 } })],
  ])('with %s than its price says is set aside and never charged', (_, forge) => {
    const price = priceOf(rounded)
    const lease = leaseOf()
    const { model, sum } = postedBy([[forge(callOf(price, lease.id, 100))]], price, lease)
    expect(sum).toBe(0n)
    expect(Object.keys(model.cases())[0]).toContain('rating_disagreement')
    expect(model.leases()[0]?.used).toBe(0n)
    expect(model.plans[0]?.meterTotals).toEqual([])
  })

  test('of a price that counts no tokens may not name any', () => {
    const { metered: _, ...rest } = priceOf(rounded)
    const price = { ...rest, amount: 9n }
    const lease = leaseOf()
    const call = { ...callOf(price, lease.id, 1), reserved: 9n, amount: 9n }
    expect(Object.keys(postedBy([[call]], price, lease).model.cases())).toHaveLength(1)
    const { units: __, ...plain } = call
    expect(postedBy([[plain]], price, lease).sum).toBe(9n)
  })

  test('that nobody could count costs nothing and opens one case about its server', () => {
    const price = priceOf(rounded)
    const lease = leaseOf()
    const { units: _, ...call } = callOf(price, lease.id, 0)
    const missing = { ...call, amount: 0n, unitsFrom: 'missing' as const }
    const { model, sum } = postedBy([[missing, { ...missing, id: ids.make('evt') }]], price, lease)
    expect(sum).toBe(0n)
    const [opening, ...more] = model.plans[0]?.cases ?? []
    expect(more).toEqual([])
    expect(opening).toMatchObject({ kind: 'usage_missing', subject: SERVER, amount: 0n })
    expect(opening).toMatchObject({ organizationId: PUBLISHER, detail: { tool: 'ask' } })
  })

  test('with an absurd count costs what was reserved, and opens a case', () => {
    const price = priceOf(rounded, 1_000n)
    const lease = leaseOf()
    const call = callOf(price, lease.id, Number.MAX_SAFE_INTEGER)
    const { model, sum } = postedBy([[call]], price, lease)
    expect(sum).toBe(1_000n)
    expect(model.plans[0]?.cases).toMatchObject([{ kind: 'usage_absurd', subject: SERVER }])
  })
})
