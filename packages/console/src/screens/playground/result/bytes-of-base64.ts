/** Characters of base64 that are decoded: some 12 MB, more than a page should hold of one part. */
export const BASE64_MAX = 16_000_000

/** The bytes of a base64 text; undefined when it is none, or too large. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > BASE64_MAX) return undefined
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
    return bytes
  } catch {
    return undefined // no base64: the caller says so
  }
}
