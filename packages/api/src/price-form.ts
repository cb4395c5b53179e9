import { z } from '@hono/zod-openapi'
import {
  checkForm,
  rate,
  TIERS_MAX,
  type PriceComponent,
  type PriceForm,
  type PriceModifiers,
  type Rate,
  type Tier,
} from '@mcp-orchestra/kernel'
import { AmountText } from './amount.ts'

/** A whole number of units above zero, as a decimal. */
const QuantityText = z.string().regex(/^[1-9]\d{0,17}$/)

/** What units cost, exactly: `amount` for `per` units. */
export const RateDocument = z
  .object({
    amount: AmountText.describe('Atomic units of the price’s asset.'),
    per: QuantityText.default('1').describe('For so many units.'),
  })
  .strict()
  .openapi('Rate', {
    description:
      'What units cost, exactly. Three USD for a million tokens are 3000000000000000000 per 1000000.',
    example: { amount: '3000000000000000000', per: '1000000' },
  })

/** A range of quantities. */
export const TierDocument = z
  .object({
    upTo: QuantityText.optional().describe('The last quantity in it. The last tier has none.'),
    rate: RateDocument,
    flat: AmountText.optional().describe('Once a window, when the tier is entered.'),
  })
  .strict()
  .openapi('Tier')

const modifiers = {
  freeUnits: AmountText.optional().describe('The first so many units of a window are free.'),
  minimum: AmountText.optional().describe(
    'What a window costs at the least, from its first unit that is not free.',
  ),
  maximum: AmountText.optional().describe('What a window costs at the most.'),
}

const tiers = z.array(TierDocument).min(1).max(TIERS_MAX)

/** What a quantity costs that adds up over a window (`PriceForm` of the kernel). */
export const PriceFormDocument = z
  .discriminatedUnion('form', [
    z
      .object({ form: z.literal('flat'), amount: AmountText, ...modifiers })
      .strict()
      .openapi({ description: 'Once a window, from the first unit.' }),
    z
      .object({ form: z.literal('unit'), rate: RateDocument, ...modifiers })
      .strict()
      .openapi({ description: 'Every unit alike.' }),
    z
      .object({ form: z.literal('graduated'), tiers, ...modifiers })
      .strict()
      .openapi({ description: 'Each unit at the rate of the tier that it falls into.' }),
    z
      .object({ form: z.literal('volume'), tiers, ...modifiers })
      .strict()
      .openapi({ description: 'All units at the rate of the tier that their total falls into.' }),
    z
      .object({ form: z.literal('package'), size: QuantityText, amount: AmountText, ...modifiers })
      .strict()
      .openapi({ description: 'Packages of units; a begun one counts whole.' }),
    z
      .object({
        form: z.literal('percentage'),
        rate: RateDocument,
        fixed: AmountText.default('0').describe('Once a window.'),
        ...modifiers,
      })
      .strict()
      .openapi({ description: 'A part of a value in atomic units, which is the quantity.' }),
  ])
  .superRefine((document, context) => {
    try {
      readPriceForm(document)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' })
    }
  })
  .openapi('PriceForm', {
    description:
      'What a quantity costs that adds up over a window, rounded down once. Every amount is a decimal of atomic units.',
    example: { form: 'unit', rate: { amount: '3000000000000000000', per: '1000000' } },
  })

/** A form on the wire. */
export type PriceFormDocument = z.infer<typeof PriceFormDocument>

/** The meters that a call can be priced by. */
export const CALL_METERS = ['request', 'input_token', 'output_token'] as const

/** One meter of a call and what its units cost. */
export const PriceComponentDocument = z
  .object({
    meter: z
      .enum(CALL_METERS)
      .describe(
        'request: 1 for each charged call. input_token, output_token: as the server reports, or as the tokenizer counts.',
      ),
    price: PriceFormDocument,
  })
  .strict()
  .openapi('PriceComponent')

/** A component on the wire. */
export type PriceComponentDocument = z.infer<typeof PriceComponentDocument>

/** At most one component for each meter. */
export const PriceComponents = z
  .array(PriceComponentDocument)
  .min(1)
  .max(CALL_METERS.length)
  .refine((all) => new Set(all.map(({ meter }) => meter)).size === all.length, {
    message: 'one component for each meter',
  })

/** Reads a form; RangeError when it is no price. */
export function readPriceForm(document: PriceFormDocument): PriceForm {
  return checkForm({ ...plainForm(document), ...readModifiers(document) })
}

/** Writes a form. */
export function writePriceForm(form: PriceForm): PriceFormDocument {
  return { ...plainDocument(form), ...writeModifiers(form) }
}

/** Reads a component; RangeError when its form is no price. */
export function readComponent({ meter, price }: PriceComponentDocument): PriceComponent {
  return { meter, form: readPriceForm(price) }
}

function plainForm(document: PriceFormDocument): PriceForm {
  switch (document.form) {
    case 'flat':
      return { form: 'flat', amount: BigInt(document.amount) }
    case 'unit':
      return { form: 'unit', rate: readRate(document.rate) }
    case 'graduated':
    case 'volume':
      return { form: document.form, tiers: document.tiers.map(readTier) }
    case 'package':
      return { form: 'package', size: BigInt(document.size), amount: BigInt(document.amount) }
    case 'percentage':
      return {
        form: 'percentage',
        rate: readRate(document.rate),
        fixed: BigInt(document.fixed),
      }
  }
}

function plainDocument(form: PriceForm): PriceFormDocument {
  switch (form.form) {
    case 'flat':
      return { form: 'flat', amount: form.amount.toString() }
    case 'unit':
      return { form: 'unit', rate: writeRate(form.rate) }
    case 'graduated':
    case 'volume':
      return { form: form.form, tiers: form.tiers.map(writeTier) }
    case 'package':
      return { form: 'package', size: form.size.toString(), amount: form.amount.toString() }
    case 'percentage':
      return {
        form: 'percentage',
        rate: writeRate(form.rate),
        fixed: form.fixed.toString(),
      }
  }
}

function readRate({ amount, per }: z.infer<typeof RateDocument>): Rate {
  return rate(BigInt(amount), BigInt(per))
}

function writeRate({ numerator, denominator }: Rate): z.infer<typeof RateDocument> {
  return { amount: numerator.toString(), per: denominator.toString() }
}

function readTier({ upTo, rate: one, flat }: z.infer<typeof TierDocument>): Tier {
  return {
    rate: readRate(one),
    ...(upTo === undefined ? {} : { upTo: BigInt(upTo) }),
    ...(flat === undefined ? {} : { flat: BigInt(flat) }),
  }
}

function writeTier({ upTo, rate: one, flat }: Tier): z.infer<typeof TierDocument> {
  return {
    rate: writeRate(one),
    ...(upTo === undefined ? {} : { upTo: upTo.toString() }),
    ...(flat === undefined ? {} : { flat: flat.toString() }),
  }
}

const MODIFIERS = ['freeUnits', 'minimum', 'maximum'] as const

type ModifierTexts = Partial<Record<(typeof MODIFIERS)[number], string | undefined>>

function readModifiers(document: ModifierTexts) {
  return Object.fromEntries(
    MODIFIERS.flatMap((name) => {
      const text = document[name]
      return text === undefined ? [] : [[name, BigInt(text)]]
    }),
  )
}

function writeModifiers(form: PriceModifiers) {
  return Object.fromEntries(
    MODIFIERS.flatMap((name) => {
      const amount = form[name]
      return amount === undefined ? [] : [[name, amount.toString()]]
    }),
  )
}
