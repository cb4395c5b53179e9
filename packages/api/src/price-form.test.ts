import type { PriceForm } from '@mcp-orchestra/kernel'
import { describe, expect, it } from 'vitest'
import {
  PriceComponents,
  PriceFormDocument,
  readPriceForm,
  writePriceForm,
  type PriceFormDocument as Form,
} from './price-form.ts'

const rate = { amount: '1500000000000', per: '1' }
const tiers = [{ upTo: '10', rate, flat: '7' }, { rate: { amount: '1', per: '3' } }]
const FORMS: readonly Form[] = [
  { form: 'flat', amount: '9' },
  { form: 'unit', rate },
  { form: 'graduated', tiers },
  { form: 'volume', tiers, freeUnits: '5' },
  { form: 'package', size: '100', amount: '40', minimum: '1', maximum: '2' },
  { form: 'percentage', rate, fixed: '30' },
]

describe('a price form on the wire', () => {
  it.each(FORMS)('comes back as it was written: $form', (document) => {
    const form: PriceForm = readPriceForm(PriceFormDocument.parse(document))
    expect(writePriceForm(form)).toEqual(document)
  })

  it('is for one unit when nothing else is said', () => {
    const form = PriceFormDocument.parse({ form: 'unit', rate: { amount: '3' } })
    expect(readPriceForm(form)).toMatchObject({ rate: { numerator: 3n, denominator: 1n } })
  })

  it.each([
    ['a number', { form: 'flat', amount: 9 }],
    ['a fraction', { form: 'flat', amount: '0.5' }],
    ['a negative amount', { form: 'flat', amount: '-1' }],
    ['39 digits', { form: 'flat', amount: '1'.repeat(39) }],
    ['an exponent', { form: 'flat', amount: '1e9' }],
    ['for no unit', { form: 'unit', rate: { amount: '1', per: '0' } }],
    ['an empty package', { form: 'package', size: '0', amount: '1' }],
    ['no tiers', { form: 'graduated', tiers: [] }],
    ['33 tiers', { form: 'volume', tiers: Array.from({ length: 33 }, () => ({ rate })) }],
    ['a last tier that ends', { form: 'volume', tiers: [{ upTo: '5', rate }] }],
    ['tiers that do not ascend', { form: 'volume', tiers: [tiers[0], tiers[0], { rate }] }],
    ['a minimum above the maximum', { form: 'unit', rate, minimum: '2', maximum: '1' }],
    ['a form of nobody', { form: 'auction', amount: '1' }],
    ['a member of nobody', { form: 'flat', amount: '1', discount: '1' }],
  ])('is refused: %s', (_, document) => {
    expect(PriceFormDocument.safeParse(document).success).toBe(false)
  })

  it('prices each meter once', () => {
    const component = { meter: 'input_token', price: { form: 'unit', rate } }
    expect(PriceComponents.safeParse([component]).success).toBe(true)
    expect(PriceComponents.safeParse([component, component]).success).toBe(false)
    expect(PriceComponents.safeParse([{ ...component, meter: 'smile' }]).success).toBe(false)
    expect(PriceComponents.safeParse([]).success).toBe(false)
  })
})
