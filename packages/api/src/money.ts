import { z } from '@hono/zod-openapi'
import { AmountText } from './amount.ts'

/** Money on the wire: atomic units as a decimal string, and the asset (architecture §10). */
export const MoneyDocument = z
  .object({
    amount: AmountText.openapi({ example: '1000000000000000' }),
    asset: z.string().min(1).max(286).openapi({ example: 'USD' }),
  })
  .openapi('Money', {
    description: 'Atomic units of an asset. USD has scale 18: 1 unit is 1e-18 USD.',
  })
