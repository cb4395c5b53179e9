import { createIds, instant, USD, type Clock } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountNames } from '../../ledger/index.ts'
import type { Price } from '../../metering/index.ts'
import { sampleCall } from '../testing/sample-call.ts'
import type { JournalEntry } from '../journal/entry.ts'
import type { Lease } from '../lease/lease.ts'
import { splitSales } from '../refund/split-sale.ts'
import { createFoldModel } from '../testing/fold-model.ts'
import { agreementAt, splitRuleOf, type ShareAgreement } from './share-agreement.ts'

const START = 1_795_350_600_000
const clock: Clock = { now: () => instant(START), monotonicMs: () => 0 }
const ids = createIds(clock)
const INC = ids.make('inc')
const PAYER = ids.make('org')
const PUBLISHER = ids.make('org')
const SERVER = ids.make('srv')
const PARTIES = [ids.make('org'), ids.make('org'), ids.make('org')] as const
const HOUR = 3_600_000

/** Nobody shares before the first hour is over; then three have all of it, then two have a part. */
const AGREEMENTS: readonly ShareAgreement[] = [
  agreement(1, HOUR, [500, 1_000, 8_500]),
  agreement(2, 2 * HOUR, [333, 3_333]),
]

function agreement(version: number, after: number, bps: readonly number[]): ShareAgreement {
  return {
    id: ids.make('shr'),
    serverId: SERVER,
    version,
    publisherId: PUBLISHER,
    publishedAt: instant(START),
    startsAt: instant(START + after),
    parties: bps.map((each, index) => ({
      role: 'co_publisher',
      organizationId: PARTIES[index] ?? PUBLISHER,
      bps: each,
    })),
  }
}

const price: Price = {
  id: ids.make('prc'),
  serverId: SERVER,
  tool: 'echo',
  version: 1,
  publisherId: PUBLISHER,
  amount: 7n,
  asset: USD.id,
  feeBps: 250,
  publishedAt: instant(START),
  startsAt: instant(START),
}
const prices = [price, { ...price, id: ids.make('prc'), amount: 1_001n }]
const lease: Lease = {
  id: ids.make('les'),
  incarnationId: INC,
  payerId: PAYER,
  asset: USD.id,
  granted: 10n ** 9n,
  used: 0n,
  returned: 0n,
  state: 'open',
}

/** Calls of both prices, in every hour; when they were made says nothing of when they arrive. */
const calls = fc
  .array(fc.record({ price: fc.nat(1), hour: fc.nat(2) }), { minLength: 1, maxLength: 40 })
  .map((list) =>
    list.map(({ price: at, hour }) => {
      const of = prices[at] ?? price
      return sampleCall(lease, of, { id: ids.make('evt'), at: instant(START + hour * HOUR) })
    }),
  )

function fold(list: readonly ReturnType<typeof sampleCall>[], cuts: readonly number[]) {
  const entries = list.map((call, index): JournalEntry => ({ kind: 'usage', seq: index + 1, call }))
  const model = createFoldModel(INC, [lease], prices, AGREEMENTS)
  const bounds = [...new Set([0, ...cuts.map((cut) => cut % list.length), list.length])]
  bounds.sort((a, b) => a - b)
  for (const [index, end] of bounds.slice(1).entries()) {
    const batch = entries.slice(bounds[index], end)
    if (batch.length > 0) model.apply(batch)
  }
  return model
}

test('neither the order of calls nor how they are cut into batches changes what anybody gets', () => {
  const reordered = calls.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  )
  fc.assert(
    fc.property(reordered, fc.array(fc.nat(), { maxLength: 5 }), ([list, other], cuts) => {
      expect(fold(other, cuts).balances()).toEqual(fold(list, []).balances())
    }),
  )
})

test('everybody gets the split of what was sold under each agreement, by the time of the calls', () => {
  fc.assert(
    fc.property(calls, fc.array(fc.nat(), { maxLength: 5 }), (list, cuts) => {
      const balances = fold(list, cuts).balances()
      const expected = new Map<string, bigint>()
      const give = (name: string, amount: bigint) =>
        expected.set(name, (expected.get(name) ?? 0n) + amount)
      for (const bound of [undefined, ...AGREEMENTS]) {
        const gross = list
          .filter((call) => agreementAt(AGREEMENTS, call)?.id === bound?.id)
          .reduce((sum, { amount }) => sum + amount, 0n)
        const parts = splitSales(gross, splitRuleOf(250, bound))
        give(accountNames.platform('fees'), parts.fee)
        give(accountNames.accrued(PUBLISHER), parts.publisher)
        for (const [index, { organizationId }] of (bound?.parties ?? []).entries()) {
          give(accountNames.accrued(organizationId), parts.shares[index] ?? 0n)
        }
      }
      for (const [name, amount] of expected)
        expect([name, balances[name] ?? 0n]).toEqual([name, amount])
    }),
  )
})

test('what a call’s record says of its split sums to what it cost', () => {
  fc.assert(
    fc.property(calls, fc.array(fc.nat(), { maxLength: 5 }), (list, cuts) => {
      for (const { posted, fee, shares } of fold(list, cuts).plans.flatMap(
        ({ events }) => events,
      )) {
        const others = shares.reduce((sum, share) => sum + share, fee ?? 0n)
        expect(others <= posted && others >= 0n).toBe(true)
        expect(shares.every((share) => share >= 0n)).toBe(true)
      }
    }),
  )
})

test('an agreement binds only sales of the publisher that made it, once it has started', () => {
  const call = { serverId: SERVER, publisherId: PUBLISHER, at: instant(START + HOUR) }
  expect(agreementAt(AGREEMENTS, call)?.version).toBe(1)
  expect(agreementAt(AGREEMENTS, { ...call, at: instant(START + HOUR - 1) })).toBeUndefined()
  expect(agreementAt(AGREEMENTS, { ...call, at: instant(START + 9 * HOUR) })?.version).toBe(2)
  expect(agreementAt(AGREEMENTS, { ...call, publisherId: PAYER })).toBeUndefined()
  const ended = [...AGREEMENTS, agreement(3, 2 * HOUR, [])]
  expect(agreementAt(ended, { ...call, at: instant(START + 2 * HOUR) })).toBeUndefined()
})
