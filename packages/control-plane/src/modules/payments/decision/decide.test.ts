import type { PriceComponentDocument } from '@mcp-orchestra/api/price-form'
import { claimOf, createIds, fromRfc3339, USD, type Clock } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tariffOf, type MeteredCall, type Price, type UsageEvent } from '../../metering/index.ts'
import { createFoldModel } from '../testing/fold-model.ts'
import { agrees, decide } from './decide.ts'

const NOW = fromRfc3339('2026-11-23T12:00:00Z')
const clock: Clock = { now: () => NOW, monotonicMs: () => 0 }
const ids = createIds(clock)
const INC = ids.make('inc')
const PAYER = ids.make('org')
const PUBLISHER = ids.make('org')
const SERVER = ids.make('srv')
const MAXIMUM = 3_000n

const components = fc.constantFrom<PriceComponentDocument[]>(
  [{ meter: 'output_token', price: { form: 'unit', rate: { amount: '7', per: '3' } } }],
  [
    { meter: 'input_token', price: { form: 'unit', rate: { amount: '1', per: '1' } } },
    {
      meter: 'output_token',
      price: {
        form: 'graduated',
        tiers: [
          { upTo: '100', rate: { amount: '10', per: '1' } },
          { rate: { amount: '4', per: '1' }, flat: '50' },
        ],
      },
    },
  ],
  [
    { meter: 'request', price: { form: 'package', size: '3', amount: '100' } },
    {
      meter: 'output_token',
      price: { form: 'unit', rate: { amount: '5', per: '1' }, freeUnits: '150' },
    },
  ],
)
const price = fc
  .record({ components, amount: fc.bigInt(0n, 40n), feeBps: fc.nat(10_000) })
  .map((terms): Price => ({
    id: ids.make('prc'),
    serverId: SERVER,
    tool: '*',
    version: 1,
    publisherId: PUBLISHER,
    // One component for each meter: an amount per call is one of requests.
    amount: terms.components.some(({ meter }) => meter === 'request') ? 0n : terms.amount,
    metered: { components: terms.components, maximum: MAXIMUM.toString() },
    asset: USD.id,
    feeBps: terms.feeBps,
    publishedAt: NOW,
    startsAt: NOW,
  }))
const use = fc.record({
  input: fc.nat(300),
  output: fc.nat(300),
  reserved: fc.constantFrom(MAXIMUM, 500n),
  end: fc.constantFrom('complete', 'complete', 'cancelled', 'timeout', 'missing', 'forged'),
  which: fc.nat(1),
  purchase: fc.option(fc.nat(3)),
})
type Use = typeof use extends fc.Arbitrary<infer T> ? T : never

function callOf(by: Price, { end, input, output, reserved }: Use, leaseId: MeteredCall['leaseId']) {
  const claim = claimOf(
    tariffOf(by),
    { request: 1n, input_token: BigInt(input), output_token: BigInt(output) },
    reserved,
  )
  const counted = { units: { input, output }, unitsFrom: 'server' as const }
  const call = {
    id: ids.make('evt'),
    at: NOW,
    leaseId,
    payerId: PAYER,
    keyId: ids.make('key'),
    memberId: null,
    serverId: SERVER,
    publisherId: PUBLISHER,
    method: 'tools/call',
    tool: 'ask',
    priceId: by.id,
    feeBps: by.feeBps,
    asset: USD.id,
    reserved,
    purchaseId: null,
    mandateId: null,
    attempt: 1,
    snapshotVersion: 1,
    durationMs: 1,
    requestBytes: 1,
    resultBytes: 1,
    toolHash: null,
  }
  if (end === 'timeout') return { ...call, outcome: end, amount: 0n } as const
  if (end === 'missing')
    return { ...call, outcome: 'complete', amount: 0n, unitsFrom: 'missing' } as const
  const amount = end === 'forged' ? claim + 1n : claim
  const outcome = end === 'cancelled' ? end : 'complete'
  return { ...call, ...counted, outcome, amount } as const
}

/** Calls as they were posted: by the very fold that posts, in whatever batches. */
function post(prices: readonly Price[], uses: readonly Use[], cut: number): UsageEvent[] {
  const lease = {
    id: ids.make('les'),
    incarnationId: INC,
    payerId: PAYER,
    asset: USD.id,
    granted: 10n ** 24n,
    used: 0n,
    returned: 0n,
    state: 'open' as const,
  }
  const purchases = Array.from({ length: 4 }, () => ids.make('pur'))
  const model = createFoldModel(INC, [lease], prices)
  const calls = uses.flatMap((one) => {
    const by = prices[one.which % prices.length]
    if (by === undefined) return []
    const purchaseId = one.purchase === null ? null : (purchases[one.purchase] ?? null)
    return [{ ...callOf(by, one, lease.id), purchaseId }]
  })
  const entries = calls.map((call, index) => ({ kind: 'usage' as const, seq: index + 1, call }))
  for (const batch of [entries.slice(0, cut), entries.slice(cut)])
    if (batch.length > 0) model.apply(batch)
  return model.plans.flatMap(({ events }) => events)
}

describe('a charge decision', () => {
  test('comes to the posted amounts of any call, however it ended and was posted', () => {
    fc.assert(
      fc.property(
        fc.tuple(price, price),
        fc.array(use, { minLength: 1, maxLength: 20 }),
        fc.nat(20),
        (prices, uses, cut) => {
          for (const event of post(prices, uses, cut)) {
            const by = prices.find(({ id }) => id === event.priceId)
            const decided = decide(event, by)
            expect(decided).toMatchObject({ posted: event.posted, fee: event.fee })
            expect(agrees(event, decided)).toBe(true)
            expect(decide(event, by)).toEqual(decided)
            const parts = decided.components.reduce((sum, { amount }) => sum + amount, 0n)
            if (decided.rule.startsWith('charged'))
              expect(parts).toBeGreaterThanOrEqual(event.posted)
          }
        },
      ),
    )
  })

  test('does not look at what was posted: another amount, claim or fee is seen', () => {
    fc.assert(
      fc.property(price, fc.array(use, { minLength: 1, maxLength: 8 }), (by, uses) => {
        for (const event of post([by], uses, 3)) {
          const decided = decide(event, by)
          const isSeen = (change: Partial<UsageEvent>) =>
            agrees({ ...event, ...change }, decide({ ...event, ...change }, by)) === false
          expect(isSeen({ posted: event.posted + 1n })).toBe(true)
          expect(isSeen({ fee: (event.fee ?? 0n) + 1n })).toBe(true)
          if (decided.rule === 'charged') expect(isSeen({ amount: event.amount + 1n })).toBe(true)
        }
      }),
    )
  })

  test('of a call without what its fee came after says that it cannot tell', () => {
    const [by] = fc.sample(price, { seed: 1, numRuns: 1 })
    const whole = {
      input: 0,
      output: 200,
      reserved: MAXIMUM,
      end: 'complete',
      which: 0,
      purchase: null,
    } as const
    if (by === undefined) throw new Error('a price')
    const [event] = post([by], [whole], 1)
    if (event === undefined) throw new Error('an event')
    const { grossBefore: _, ...older } = event
    expect(event.posted).toBeGreaterThan(0n)
    expect(agrees(older, decide(older, by))).toBeNull()
  })
})
