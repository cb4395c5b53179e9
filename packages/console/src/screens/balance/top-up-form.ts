import { parseUsd } from '@mcp-orchestra/sdk'

/** The most that one top-up of the demo may add, in US dollars: the API takes twelve digits. */
const WHOLE_DIGITS_MAX = 12
/** Random bytes of an idempotency key: nobody makes the same one twice. */
const KEY_BYTES = 16

/** Why an amount cannot be topped up. */
export type AmountFault = 'missing' | 'malformed' | 'zero'

/** Checks what was typed: a decimal amount of US dollars above zero; returns it as the API takes it. */
export function readAmount(
  text: string,
): { readonly usd: string } | { readonly fault: AmountFault } {
  const usd = text.trim()
  if (usd === '') return { fault: 'missing' }
  if (!/^\d+(\.\d{1,18})?$/.test(usd) || usd.split('.', 1).join('').length > WHOLE_DIGITS_MAX) {
    return { fault: 'malformed' }
  }
  return parseUsd(usd) === 0n ? { fault: 'zero' } : { usd }
}

/** A new idempotency key. Works on pages that are no secure context too. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
