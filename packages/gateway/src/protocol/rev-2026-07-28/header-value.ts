const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/
const PLAIN = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/

/** Reads a mirrored header: plain text, or `=?base64?…?=`; undefined when the sentinel does not decode (SEP-2243). */
export function decodeHeaderValue(value: string): string | undefined {
  // Half a sentinel is none (SEP-2243, value encoding).
  if (!value.startsWith('=?base64?') || !value.endsWith('?=')) return value
  const body = SENTINEL.exec(value)?.[1]
  if (body === undefined || body.length % 4 !== 0) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(body, 'base64'),
    )
  } catch {
    // Bytes that are no UTF-8 are no name: the caller answers with a header mismatch.
    return undefined
  }
}

/** Writes a mirrored header: as it is when it is plain ASCII without outer blanks, else in base64. */
export function encodeHeaderValue(value: string): string {
  return PLAIN.test(value) && !value.startsWith('=?')
    ? value
    : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`
}
