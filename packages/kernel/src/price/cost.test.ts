import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  AMOUNT_MAX,
  checkForm,
  costOf,
  creditAtClose,
  mostOf,
  priceOfEvent,
  rate,
  runningCostOf,
  type PriceForm,
  type Tier,
} from '../index.ts'
import { anyForm, anyQuantity } from './testing.ts'

const per = (numerator: bigint, denominator = 1n) => rate(numerator, denominator)
const unit: PriceForm = { form: 'unit', rate: per(3n, 2n) }
const tiers: readonly Tier[] = [
  { upTo: 10n, rate: per(5n) },
  { upTo: 20n, rate: per(3n), flat: 7n },
  { rate: per(1n) },
]
const graduated: PriceForm = { form: 'graduated', tiers }
const volume: PriceForm = { form: 'volume', tiers }
const packages: PriceForm = { form: 'package', size: 100n, amount: 40n }
const percentage: PriceForm = { form: 'percentage', rate: per(29n, 1_000n), fixed: 30n }

// Computed by hand: form, quantity, cost of the closed window, cost of the running one.
const BY_HAND: readonly (readonly [string, PriceForm, bigint, bigint, bigint])[] = [
  ['flat: nothing without use', { form: 'flat', amount: 9n }, 0n, 0n, 0n],
  ['flat: the first unit', { form: 'flat', amount: 9n }, 1n, 9n, 9n],
  ['flat: any more', { form: 'flat', amount: 9n }, 1_000n, 9n, 9n],
  ['unit: rounds down', unit, 1n, 1n, 1n],
  ['unit: carries the half', unit, 2n, 3n, 3n],
  [
    'unit: three USD for a million tokens',
    { form: 'unit', rate: per(3n * 10n ** 18n, 10n ** 6n) },
    1_234n,
    3_702_000_000_000_000n,
    3_702_000_000_000_000n,
  ],
  ['graduated: the last of the first tier', graduated, 10n, 50n, 50n],
  ['graduated: the first of the second', graduated, 11n, 50n + 7n + 3n, 60n],
  ['graduated: the last of the second', graduated, 20n, 50n + 7n + 30n, 87n],
  ['graduated: the third', graduated, 22n, 50n + 7n + 30n + 2n, 89n],
  ['volume: the last of the first tier', volume, 10n, 50n, 50n],
  ['volume: falls at the boundary, and the running window waits', volume, 11n, 7n + 33n, 50n],
  ['volume: until it has caught up', volume, 15n, 7n + 45n, 52n],
  ['volume: the last of the second', volume, 20n, 7n + 60n, 67n],
  ['volume: falls again', volume, 21n, 21n, 67n],
  ['volume: goes on after a long while', volume, 68n, 68n, 68n],
  ['package: one unit is a package', packages, 1n, 40n, 40n],
  ['package: a full one', packages, 100n, 40n, 40n],
  ['package: the next one is begun', packages, 101n, 80n, 80n],
  ['percentage: fixed part and 2.9 %', percentage, 10_000n, 320n, 320n],
  ['percentage: rounds down', percentage, 1n, 30n, 30n],
  ['percentage: at the least', { ...percentage, minimum: 100n }, 1_000n, 100n, 100n],
  ['percentage: at the most', { ...percentage, maximum: 300n }, 10_000n, 300n, 300n],
  ['free units: the last one', { ...unit, freeUnits: 5n }, 5n, 0n, 0n],
  ['free units: counted from the first that is not', { ...unit, freeUnits: 5n }, 7n, 3n, 3n],
  ['minimum: not without use', { ...unit, minimum: 10n }, 0n, 0n, 0n],
  ['minimum: from the first unit', { ...unit, minimum: 10n }, 1n, 10n, 10n],
  ['minimum: not for free ones', { ...unit, minimum: 10n, freeUnits: 5n }, 5n, 0n, 0n],
  ['minimum: until the units cost more', { ...unit, minimum: 10n }, 8n, 12n, 12n],
  ['maximum: of a window', { ...unit, maximum: 10n }, 1_000n, 10n, 10n],
  [
    'free tier',
    { form: 'graduated', tiers: [{ upTo: 3n, rate: per(0n) }, { rate: per(2n) }] },
    4n,
    2n,
    2n,
  ],
]

test.each(BY_HAND)('%s', (_, form, quantity, cost, running) => {
  expect(costOf(checkForm(form), quantity)).toBe(cost)
  expect(runningCostOf(form, quantity)).toBe(running)
  expect(creditAtClose(form, quantity)).toBe(running - cost)
})

describe('a form', () => {
  it('never costs less for more, but for volume tiers, which owe the difference at the close', () => {
    fc.assert(
      fc.property(anyForm, anyQuantity, anyQuantity, (form, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(runningCostOf(form, less)).toBeLessThanOrEqual(runningCostOf(form, more))
        expect(creditAtClose(form, more)).toBeGreaterThanOrEqual(0n)
        if (form.form === 'volume') return
        expect(costOf(form, less)).toBeLessThanOrEqual(costOf(form, more))
        expect(runningCostOf(form, more)).toBe(costOf(form, more))
      }),
    )
  })

  it('runs as high as the dearest quantity on the way', () => {
    fc.assert(
      fc.property(anyForm, fc.integer({ min: 0, max: 120 }), (form, quantity) => {
        let most = 0n
        for (let part = 0; part <= quantity; part += 1) {
          const cost = costOf(form, BigInt(part))
          if (cost > most) most = cost
        }
        expect(runningCostOf(form, BigInt(quantity))).toBe(most)
      }),
    )
  })

  it('prices events so that in any order and any batching they sum to their window', () => {
    fc.assert(
      fc.property(anyForm, fc.array(anyQuantity, { maxLength: 30 }), (form, quantities) => {
        let before = 0n
        let sum = 0n
        for (const quantity of quantities) {
          const price = priceOfEvent(form, before, quantity)
          expect(price).toBeGreaterThanOrEqual(0n)
          sum += price
          before += quantity
        }
        expect(sum).toBe(runningCostOf(form, before))
        expect(sum - creditAtClose(form, before)).toBe(costOf(form, before))
      }),
    )
  })

  it('never costs an event more than what is reserved for it, wherever in its window it falls', () => {
    fc.assert(
      fc.property(anyForm, anyQuantity, anyQuantity, (form, before, quantity) => {
        const price = priceOfEvent(form, before, quantity)
        expect(price).toBeLessThanOrEqual(mostOf(form, quantity))
        const most = mostOf(form, undefined)
        if (most !== undefined) expect(price).toBeLessThanOrEqual(most)
      }),
      { numRuns: 500 },
    )
  })

  it('has a bound without a quantity only where it has an end', () => {
    expect(mostOf(unit, undefined)).toBeUndefined()
    expect(mostOf(graduated, undefined)).toBeUndefined()
    expect(mostOf({ form: 'flat', amount: 9n }, undefined)).toBe(9n)
    expect(mostOf({ ...unit, maximum: 10n }, undefined)).toBe(10n)
    expect(mostOf(unit, 3n)).toBe(5n)
    expect(mostOf(packages, 101n)).toBe(80n)
  })

  it('that costs more than any account holds is a RangeError and never another number', () => {
    const whole: PriceForm = { form: 'unit', rate: per(1n) }
    expect(costOf(whole, AMOUNT_MAX)).toBe(AMOUNT_MAX)
    expect(() => costOf(whole, AMOUNT_MAX + 1n)).toThrow(RangeError)
    expect(() => priceOfEvent(whole, 0n, AMOUNT_MAX + 1n)).toThrow(RangeError)
    expect(() => mostOf(whole, AMOUNT_MAX + 1n)).toThrow(RangeError)
    expect(() => costOf({ form: 'package', size: 1n, amount: AMOUNT_MAX }, 2n)).toThrow(RangeError)
    expect(costOf({ ...whole, maximum: 5n }, AMOUNT_MAX + 1n)).toBe(5n)
  })

  it('refuses a quantity below zero', () => {
    expect(() => costOf(unit, -1n)).toThrow('not negative')
    expect(() => priceOfEvent(unit, 5n, -1n)).toThrow('not negative')
    expect(() => priceOfEvent(unit, -1n, 5n)).toThrow('not negative')
  })
})

test.each<[string, PriceForm]>([
  ['a negative amount', { form: 'flat', amount: -1n }],
  ['an amount of 39 digits', { form: 'flat', amount: AMOUNT_MAX + 1n }],
  ['a negative rate', { form: 'unit', rate: { numerator: -1n, denominator: 1n } }],
  ['a rate for nothing', { form: 'unit', rate: { numerator: 1n, denominator: 0n } }],
  ['an empty package', { form: 'package', size: 0n, amount: 1n }],
  ['a negative fixed part', { ...percentage, fixed: -1n }],
  ['no tiers', { form: 'graduated', tiers: [] }],
  [
    'more tiers than anybody reads',
    { form: 'volume', tiers: Array.from({ length: 33 }, () => ({ rate: per(1n) })) },
  ],
  ['a last tier that ends', { form: 'graduated', tiers: [{ upTo: 5n, rate: per(1n) }] }],
  ['a tier after the end', { form: 'volume', tiers: [{ rate: per(1n) }, { rate: per(2n) }] }],
  [
    'tiers that do not ascend',
    {
      form: 'volume',
      tiers: [{ upTo: 5n, rate: per(1n) }, { upTo: 5n, rate: per(1n) }, { rate: per(1n) }],
    },
  ],
  [
    'an empty first tier',
    { form: 'graduated', tiers: [{ upTo: 0n, rate: per(1n) }, { rate: per(1n) }] },
  ],
  ['free units below zero', { ...unit, freeUnits: -1n }],
  ['a minimum above the maximum', { ...unit, minimum: 2n, maximum: 1n }],
])('%s is no price', (_, form) => {
  expect(() => checkForm(form)).toThrow(RangeError)
})

test('a rate is neither negative nor for nothing', () => {
  expect(() => rate(-1n)).toThrow(RangeError)
  expect(() => rate(1n, 0n)).toThrow(RangeError)
})
