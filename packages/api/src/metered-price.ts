import { z } from '@hono/zod-openapi'
import { flatTariff, type MeterUnits, type Tariff } from '@mcp-orchestra/kernel'
import { AmountText, amountOf } from './amount.ts'
import type { TokenUnits } from './journal-record.ts'
import { PriceComponents, readComponent } from './price-form.ts'

/** Tokenizers that a listing may name; each counts the same everywhere, for ever. */
export const TOKENIZERS = ['o200k_base', 'cl100k_base'] as const

/** One of {@link TOKENIZERS}. */
export type Tokenizer = (typeof TOKENIZERS)[number]

/** Counts texts where a server does not say how many tokens it used. */
export const TokenizerName = z
  .enum(TOKENIZERS)
  .describe('Counts the text of request and result when the server reports no usage.')

/** The metered part of a price, as both planes know it. */
export const MeteredPrice = z.object({
  components: PriceComponents,
  /** The most that one call may cost: it is reserved before the call. */
  maximum: AmountText,
  tokenizer: TokenizerName.optional(),
  /** A caller that would pay at most less than this is refused before the call; absent: any bid above nothing is taken. */
  leastBid: AmountText.optional(),
})
export type MeteredPrice = z.infer<typeof MeteredPrice>

/** All that a call costs by a price: its amount, and what is metered besides. RangeError when that is no price. */
export function tariffOfPrice(price: {
  readonly amount: string
  readonly metered?: MeteredPrice | undefined
}): Tariff {
  const { metered } = price
  const plain = flatTariff(amountOf(price.amount))
  if (metered === undefined) return plain
  const components = metered.components.map(readComponent)
  return {
    components: price.amount === '0' ? components : [...plain.components, ...components],
    maximum: amountOf(metered.maximum),
  }
}

/** Whether no call can cost anything by a price. */
export function isFreePrice(price: {
  readonly amount: string
  readonly metered?: unknown
}): boolean {
  return price.amount === '0' && price.metered === undefined
}

/** What a charged call used of each meter. */
export function unitsOfCall(tokens: TokenUnits | undefined): MeterUnits {
  const { input = 0, output = 0 } = tokens ?? {}
  return { request: 1n, input_token: BigInt(input), output_token: BigInt(output) }
}

/** Whether a tariff can be charged only when tokens were counted. */
export function countsTokens({ components }: Tariff): boolean {
  return components.some(({ meter }) => meter !== 'request')
}

/** More tokens than any model takes or gives in one call: a count beyond it is looked at by a person. */
export const TOKENS_MAX_PER_CALL = 1_000_000_000
