import { isWellFormedApiKey } from '@mcp-orchestra/api/api-key'

/** What an `Authorization` header holds (RFC 6750 §2.1). */
export type Bearer =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'key'; readonly key: string }

/** A key is 59 characters; a longer header is somebody else's token and is not looked at. */
const HEADER_CHARS_MAX = 256

/** Reads the API key of a header: form and checksum, no look-up. */
export function readBearer(header: string | undefined): Bearer {
  if (header === undefined || header === '') return { kind: 'absent' }
  if (header.length > HEADER_CHARS_MAX) return { kind: 'malformed' }
  const space = header.indexOf(' ')
  if (space < 0 || header.slice(0, space).toLowerCase() !== 'bearer') return { kind: 'malformed' }
  const key = header.slice(space + 1).trim()
  return isWellFormedApiKey(key) ? { kind: 'key', key } : { kind: 'malformed' }
}
