import { parseUsd } from '@mcp-orchestra/sdk'

/** Decimal places of a price: USD has scale 18, the smallest unit is 1e-18 USD. */
export const PRICE_PLACES_MAX = 18
/** Digits before the point: as many as the API takes. */
export const PRICE_WHOLE_DIGITS_MAX = 12

/** Why a text is no price. */
export type PriceTextFault = 'empty' | 'negative' | 'not_decimal' | 'too_many_places' | 'too_large'

/** A price as a person wrote it: its exact atomic units and the canonical text, or what is wrong. */
export type PriceText =
  | { readonly ok: true; readonly atomic: bigint; readonly units: string }
  | { readonly ok: false; readonly fault: PriceTextFault }

/**
 * Reads an amount in US dollars exactly: digits and at most one point, never a float. White space around
 * it and a leading "$" are forgiven; a comma is not, because it means two things.
 */
export function readPriceText(text: string): PriceText {
  const bare = text.trim().replace(/^\$\s*/, '')
  if (bare === '') return { ok: false, fault: 'empty' }
  if (/^[-−]/.test(bare)) return { ok: false, fault: 'negative' }
  const match = /^(\d*)(?:\.(\d*))?$/.exec(bare)
  const [whole = '', fraction = ''] = [match?.[1], match?.[2]]
  if (match === null || whole + fraction === '') return { ok: false, fault: 'not_decimal' }
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  const places = fraction.replace(/0+$/, '')
  if (places.length > PRICE_PLACES_MAX) return { ok: false, fault: 'too_many_places' }
  if (digits.length > PRICE_WHOLE_DIGITS_MAX) return { ok: false, fault: 'too_large' }
  const units = places === '' ? digits : `${digits}.${places}`
  return { ok: true, atomic: parseUsd(units), units }
}
