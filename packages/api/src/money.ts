import { z } from '@hono/zod-openapi'
import {
  findWellKnownAsset,
  formatUnits,
  parseUnits,
  toWire,
  USD,
  type Money,
} from '@mcp-orchestra/kernel'
import { AmountText } from './amount.ts'

/** Money on the wire: atomic units as a decimal string, and the asset (architecture §10). */
export const MoneyDocument = z
  .object({
    amount: AmountText.describe('Atomic units, as a decimal: 1000000000000000 is 0.001 USD.'),
    asset: z.string().min(1).max(286).openapi({ example: 'USD' }),
  })
  .openapi('Money', {
    description: 'Atomic units of an asset. USD has scale 18: 1 unit is 1e-18 USD.',
  })

/** Money as it is shown to people besides: `display` is the amount in whole units, "0.001 USD". */
export const AmountDocument = z
  .object({
    amount: z.string().openapi({ example: '1000000000000000' }),
    asset: z.string().openapi({ example: 'USD' }),
    display: z.string().openapi({ example: '0.001 USD' }),
  })
  .openapi('Amount')

/** Money as a person writes it in a request: whole units as a decimal string. */
export const UnitsDocument = z
  .object({
    units: z
      .string()
      .regex(/^\d{1,12}(\.\d{1,18})?$/)
      .openapi({ example: '0.001' }),
    asset: z.string().min(1).max(286).default('USD').openapi({ example: 'USD' }),
  })
  .strict()
  .openapi('Units')

/** Writes an amount for {@link AmountDocument}; registered tokens are shown in atomic units. */
export function showAmount(value: Money): z.infer<typeof AmountDocument> {
  const asset = findWellKnownAsset(value.asset)
  const shown = asset === undefined ? value.amount.toString() : formatUnits(value.amount, asset)
  return { ...toWire(value), display: `${shown} ${value.asset}` }
}

/** Reads {@link UnitsDocument}: exact, or RangeError; only USD for now. */
export function moneyOfUnits({ units, asset }: z.infer<typeof UnitsDocument>): Money {
  if (asset !== USD.id) throw new RangeError(`not an asset we keep: ${asset}`)
  return parseUnits(units, USD)
}
