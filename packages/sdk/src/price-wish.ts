import type { components } from './generated/openapi.ts'
import { parseUsd } from './money.ts'

/** One meter of a call and what its units cost. */
export type PriceComponent = components['schemas']['PriceComponent']
type Body = components['schemas']['SetPrice']

/** A price whose calls cost what they used; every amount in US dollars ("0.000003"). */
export type MeteredPriceWish = {
  /** For each charged call, whatever it used. */
  readonly perCall?: string
  readonly perInputToken?: string
  readonly perOutputToken?: string
  /** Further components, with tiers, packages or minimums: amounts in atomic units, as the API takes them. */
  readonly components?: readonly PriceComponent[]
  /** The most that one call may cost: it is reserved before the call and never exceeded. */
  readonly maximum: string
  /** Callers that would pay at most less are refused before the call. */
  readonly leastBid?: string
  /** Counts where the server reports no usage; without one such a call is free. */
  readonly tokenizer?: NonNullable<Body['metered']>['tokenizer']
}

/** The body of a price that is metered. Throws RangeError for what is no amount. */
export function priceBody(wish: MeteredPriceWish): Omit<Body, 'startsAt'> {
  const { perCall, maximum, leastBid, tokenizer } = wish
  return {
    ...(perCall === undefined ? {} : { price: usd(perCall) }),
    metered: {
      components: [
        ...perToken('input_token', wish.perInputToken),
        ...perToken('output_token', wish.perOutputToken),
        ...(wish.components ?? []),
      ],
      maximum: usd(maximum),
      ...(leastBid === undefined ? {} : { leastBid: usd(leastBid) }),
      ...(tokenizer === undefined ? {} : { tokenizer }),
    },
  }
}

function perToken(meter: PriceComponent['meter'], text: string | undefined): PriceComponent[] {
  if (text === undefined) return []
  const rate = { amount: parseUsd(text).toString() }
  return [{ meter, price: { form: 'unit', rate } }]
}

function usd(units: string): { units: string; asset: string } {
  return { units, asset: 'USD' }
}
