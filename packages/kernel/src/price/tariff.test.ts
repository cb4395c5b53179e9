import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  canCostMore,
  claimOf,
  costOf,
  finalOf,
  flatTariff,
  isTariffRise,
  rate,
  reservationOf,
  runningCostOf,
  type MeterUnits,
  type PriceForm,
  type Rate,
  type Tariff,
} from '../index.ts'
import { anyComponents, anyForm, anyQuantity } from './testing.ts'

const perToken = (numerator: bigint): PriceForm => ({ form: 'unit', rate: rate(numerator) })
const tokens: Tariff = {
  components: [
    { meter: 'input_token', form: perToken(2n) },
    { meter: 'output_token', form: perToken(10n) },
  ],
  maximum: 1_000n,
}
const anyUnits: fc.Arbitrary<MeterUnits> = fc.record({
  request: fc.constant(1n),
  input_token: anyQuantity,
  output_token: anyQuantity,
})
const anyTariff: fc.Arbitrary<Tariff> = fc.record({
  components: anyComponents(['request', 'input_token', 'output_token']),
  maximum: fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }), { nil: undefined }),
})

describe('a tariff', () => {
  it('reserves no more than the listing, its components and the caller allow', () => {
    expect(reservationOf(tokens, undefined)).toBe(1_000n)
    expect(reservationOf(tokens, 300n)).toBe(300n)
    expect(reservationOf(tokens, 3_000n)).toBe(1_000n)
    expect(reservationOf(flatTariff(10n), undefined)).toBe(10n)
    const { components } = tokens
    expect(reservationOf({ components }, undefined)).toBeUndefined()
    expect(reservationOf({ components }, 300n)).toBe(300n)
    expect(reservationOf({ components: [] }, undefined)).toBe(0n)
  })

  it('charges what was used', () => {
    const units = { request: 1n, input_token: 20n, output_token: 30n }
    expect(claimOf(tokens, units, 1_000n)).toBe(340n)
    expect(claimOf(tokens, units, 300n)).toBe(300n)
    expect(claimOf(flatTariff(10n), units, 10n)).toBe(10n)
  })

  it('never charges more than was reserved, whatever a server reports, and never more than was claimed', () => {
    fc.assert(
      fc.property(anyTariff, anyUnits, anyUnits, anyQuantity, (tariff, before, units, bid) => {
        const reserved = reservationOf(tariff, bid)
        expect(reserved).toBeLessThanOrEqual(bid)
        const claim = claimOf(tariff, units, reserved ?? 0n)
        expect(claim).toBeLessThanOrEqual(reserved ?? 0n)
        const final = finalOf(tariff, units, { before, claim })
        expect(final).toBeLessThanOrEqual(claim)
        expect(final).toBeGreaterThanOrEqual(0n)
      }),
    )
  })

  it('charges the sum of its components when nothing bounds it', () => {
    fc.assert(
      fc.property(anyTariff, anyUnits, anyUnits, ({ components }, before, units) => {
        const claim = claimOf({ components }, units, 10n ** 60n)
        const sum = components.reduce((total, { meter, form }) => {
          const [held, used] = [before[meter] ?? 0n, units[meter] ?? 0n]
          return total + runningCostOf(form, held + used) - runningCostOf(form, held)
        }, 0n)
        expect(finalOf({ components }, units, { before, claim })).toBe(sum)
      }),
    )
  })
})

describe('a rise', () => {
  /** Every rate and amount of the form times `quarters / 4`: comparable with it, cheaper or dearer. */
  function scaled(form: PriceForm, quarters: bigint): PriceForm {
    const rateBy = ({ numerator, denominator }: Rate) =>
      rate(numerator * quarters, denominator * 4n)
    const amountBy = (amount: bigint) => (amount * quarters) / 4n
    switch (form.form) {
      case 'flat':
      case 'package':
        return { ...form, amount: amountBy(form.amount) }
      case 'unit':
        return { ...form, rate: rateBy(form.rate) }
      case 'percentage':
        return { ...form, rate: rateBy(form.rate), fixed: amountBy(form.fixed) }
      case 'graduated':
      case 'volume':
        return {
          ...form,
          tiers: form.tiers.map(({ upTo, rate: one, flat }) => ({
            upTo,
            rate: rateBy(one),
            flat: flat === undefined ? undefined : amountBy(flat),
          })),
        }
    }
  }

  const anyPair = fc.oneof(
    fc.tuple(anyForm, anyForm),
    fc
      .tuple(anyForm, fc.bigInt({ min: 0n, max: 6n }))
      .map(([form, quarters]) => [form, scaled(form, quarters)] as const),
  )

  it('is what could cost more: where none is seen, no quantity does', () => {
    fc.assert(
      fc.property(anyPair, fc.array(anyQuantity, { maxLength: 20 }), ([older, newer], all) => {
        fc.pre(!canCostMore(older, newer))
        for (const quantity of all) {
          expect(costOf(newer, quantity)).toBeLessThanOrEqual(costOf(older, quantity))
          expect(runningCostOf(newer, quantity)).toBeLessThanOrEqual(runningCostOf(older, quantity))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('is not the same form again', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        expect(canCostMore(form, structuredClone(form))).toBe(false)
      }),
    )
  })

  const tiered = (first: bigint, flat?: bigint): PriceForm => ({
    form: 'graduated',
    tiers: [{ upTo: 5n, rate: rate(first), flat }, { rate: rate(1n) }],
  })
  const pack = { form: 'package', size: 10n, amount: 5n } as const
  const percent = { form: 'percentage', rate: rate(1n, 100n), fixed: 3n } as const

  test.each<[string, PriceForm, PriceForm]>([
    ['a higher rate', perToken(1n), perToken(2n)],
    ['a higher flat amount', { form: 'flat', amount: 1n }, { form: 'flat', amount: 2n }],
    ['one tier that rises', tiered(5n), tiered(6n)],
    ['an entry that costs', tiered(5n), tiered(5n, 1n)],
    ['other tiers', tiered(5n), { form: 'graduated', tiers: [{ rate: rate(1n) }] }],
    ['a smaller package', pack, { ...pack, size: 9n }],
    ['a dearer package', pack, { ...pack, amount: 6n }],
    ['a higher percentage', percent, { ...percent, rate: rate(2n, 100n) }],
    ['a higher fixed part', percent, { ...percent, fixed: 4n }],
    ['fewer free units', { ...pack, freeUnits: 2n }, { ...pack, freeUnits: 1n }],
    ['a minimum', pack, { ...pack, minimum: 1n }],
    ['a maximum that is gone', { ...pack, maximum: 100n }, pack],
    ['a higher maximum', { ...pack, maximum: 100n }, { ...pack, maximum: 101n }],
    ['another form', perToken(9n), pack],
  ])('is %s; back again is none, but for what cannot be compared', (name, older, newer) => {
    expect(canCostMore(older, newer)).toBe(true)
    expect(canCostMore(newer, older)).toBe(name === 'other tiers' || name === 'another form')
  })

  test('of a tariff is one that some call could pay more by', () => {
    const dearer = {
      ...tokens,
      components: [{ meter: 'input_token' as const, form: perToken(3n) }],
    }
    expect(isTariffRise(tokens, tokens)).toBe(false)
    expect(isTariffRise(tokens, dearer)).toBe(true)
    expect(isTariffRise(tokens, { ...tokens, components: tokens.components.slice(1) })).toBe(false)
    expect(isTariffRise(tokens, { ...tokens, maximum: 1_001n })).toBe(true)
    expect(isTariffRise(tokens, { ...tokens, maximum: 999n })).toBe(false)
    expect(isTariffRise(flatTariff(10n), flatTariff(11n))).toBe(true)
    expect(isTariffRise(flatTariff(10n), flatTariff(10n))).toBe(false)
    expect(isTariffRise(flatTariff(10n), flatTariff(0n))).toBe(false)
    expect(isTariffRise({ components: [] }, flatTariff(0n))).toBe(false)
  })

  test('of a tariff is not one whose dearest call costs no more than every call before', () => {
    expect(isTariffRise(flatTariff(1_000n), tokens)).toBe(false)
    expect(isTariffRise(flatTariff(999n), tokens)).toBe(true)
    expect(isTariffRise(tokens, flatTariff(1n))).toBe(true)
  })
})
