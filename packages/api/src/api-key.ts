import { crc32 } from 'node:zlib'

/**
 * Secret keys: `mcpo_live_` or `mcpo_test_`, 43 base62 characters (256 random bits) and 6 of CRC-32, so
 * that a scanner knows one on sight and a mistyped one costs no look-up. Only the SHA-256 is ever kept.
 */
export const API_KEY_PATTERN: RegExp = /^mcpo_(live|test)_[0-9A-Za-z]{49}$/

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_CHARS = 43
const CHECKSUM_CHARS = 6

/** How much of a key may be shown again: `mcpo_live_` and six characters. */
export const API_KEY_START_CHARS = 16

/** Writes 32 random bytes as a key. */
export function formatApiKey(mode: 'live' | 'test', secret: Uint8Array): string {
  if (secret.length !== 32) throw new RangeError('a key has 32 random bytes')
  let value = 0n
  for (const byte of secret) value = (value << 8n) | BigInt(byte)
  const body = `mcpo_${mode}_${toBase62(value, SECRET_CHARS)}`
  return body + checksumOf(body)
}

/** Whether a text is a key by form and checksum: a few hundred nanoseconds, no look-up. */
export function isWellFormedApiKey(text: string): boolean {
  if (text.length !== 59 || !API_KEY_PATTERN.test(text)) return false
  return checksumOf(text.slice(0, -CHECKSUM_CHARS)) === text.slice(-CHECKSUM_CHARS)
}

/** In plain numbers (a CRC-32 has 32 bits): with bigint this was most of the cost of verifying a key. */
function checksumOf(body: string): string {
  let value = crc32(body)
  let text = ''
  for (let index = 0; index < CHECKSUM_CHARS; index += 1) {
    text = `${BASE62[value % 62]}${text}`
    value = Math.floor(value / 62)
  }
  return text
}

function toBase62(value: bigint, chars: number): string {
  let text = ''
  for (let index = 0; index < chars; index += 1) {
    text = `${BASE62[Number(value % 62n)]}${text}`
    value /= 62n
  }
  return text
}
