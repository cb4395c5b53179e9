import { readPriceForm } from '@mcp-orchestra/api/price-form'
import { costOf, creditAtClose, runningCostOf } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Band, Form } from './month/month.ts'
import { createSeededMonth } from './month/seeded-month.ts'
import { documentOf } from './real/price-document.ts'
import { costOfMonth } from './recompute/cost-of-month.ts'
import { DOCUMENTED } from './recompute/rules.ts'

const amount = fc.bigInt({ min: 0n, max: 10n ** 18n })
const count = fc.bigInt({ min: 1n, max: 60n })
const rate = fc.record({ amount, per: count })
const tiers: fc.Arbitrary<Band[]> = fc
  .array(fc.record({ width: count, rate, flat: amount }), { minLength: 1, maxLength: 5 })
  .map((steps) => {
    let end = 0n
    return steps.map(({ width, rate, flat }, index) => {
      end += width
      return index === steps.length - 1 ? { rate, flat } : { upTo: end, rate, flat }
    })
  })
const limits = fc
  .record({ freeUnits: fc.bigInt({ min: 0n, max: 30n }), low: amount, more: amount })
  .chain(({ freeUnits, low, more }) =>
    fc.constantFrom(
      { freeUnits, minimum: 0n },
      { freeUnits: 0n, minimum: low },
      { freeUnits, minimum: low, maximum: low + more },
    ),
  )

const FORMS: readonly (readonly [Form['form'], fc.Arbitrary<object>])[] = [
  ['flat', fc.record({ amount })],
  ['unit', fc.record({ rate })],
  ['graduated', fc.record({ tiers })],
  ['volume', fc.record({ tiers })],
  ['package', fc.record({ size: count, amount })],
  ['percentage', fc.record({ rate, fixed: amount })],
]

describe.each(FORMS)('a month priced by the form %s', (name, anyForm) => {
  const form = fc
    .tuple(anyForm, limits)
    .map(([own, bounds]) => ({ ...own, ...bounds, form: name }) as Form)
  const quantity = fc.bigInt({ min: 0n, max: 200n })

  test('costs what an independent computation says', () => {
    fc.assert(
      fc.property(form, quantity, (form, quantity) => {
        const product = readPriceForm(documentOf(form))
        expect(costOf(product, quantity)).toBe(costOfMonth(form, quantity, DOCUMENTED))
      }),
      { numRuns: 500 },
    )
  })

  test('has cost so far the most that any part of it did, and gives the difference back at its end', () => {
    fc.assert(
      fc.property(form, quantity, (form, quantity) => {
        const product = readPriceForm(documentOf(form))
        let most = 0n
        for (let part = 0n; part <= quantity; part += 1n) {
          const cost = costOfMonth(form, part, DOCUMENTED)
          if (cost > most) most = cost
        }
        expect(runningCostOf(product, quantity)).toBe(most)
        expect(creditAtClose(product, quantity)).toBe(
          most - costOfMonth(form, quantity, DOCUMENTED),
        )
      }),
      { numRuns: 50 },
    )
  })
})

const SELLABLE = new Set<Form['form']>(['flat', 'unit', 'graduated', 'package'])

test('the forms that the month sells calls by are those that calls can be sold by', () => {
  const { prices } = createSeededMonth({ seed: 1, calls: 100 })
  const used = prices.flatMap(({ components }) => components.map(({ form }) => form.form))
  expect(new Set(used)).toEqual(SELLABLE)
})
