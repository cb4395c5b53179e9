import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'

/** Hides and binds a text that travels through clients (AES-256-GCM, NIST SP 800-38D; key by HKDF, RFC 5869). */
export interface Seal {
  /** Visible ASCII without blanks (base64url): fit for a header value. `boundTo` must be given again to open it. */
  seal(text: string, boundTo: string): string
  /** Undefined when it was tampered with, is bound to something else, or was sealed for another purpose or under another key. */
  unseal(sealed: string, boundTo: string): string | undefined
}

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const BASE64URL = /^[A-Za-z0-9_-]+$/

/**
 * A seal for one purpose: what was sealed for another never opens. `sealingKey` gives the key that all gateways
 * share (base64), read anew each time, for settings change.
 */
export function createSeal(purpose: string, sealingKey: () => string): Seal {
  let known: { readonly text: string; readonly key: KeyObject } | undefined
  const key = (): KeyObject => {
    const text = sealingKey()
    if (known?.text !== text) {
      const derived = hkdfSync(
        'sha256',
        Buffer.from(text, 'base64'),
        '',
        `mcp-orchestra ${purpose}`,
        KEY_BYTES,
      )
      known = { text, key: createSecretKey(Buffer.from(derived)) }
    }
    return known.key
  }
  return {
    seal(text, boundTo) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, key(), nonce)
      cipher.setAAD(Buffer.from(boundTo))
      const body = [cipher.update(text, 'utf8'), cipher.final()]
      return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64url')
    },
    unseal(sealed, boundTo) {
      if (!BASE64URL.test(sealed)) return undefined
      const bytes = Buffer.from(sealed, 'base64url')
      // Two texts must not mean the same bytes: what is not written as we write it is not ours.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed)
        return undefined
      const decipher = createDecipheriv(CIPHER, key(), bytes.subarray(0, NONCE_BYTES))
      decipher.setAAD(Buffer.from(boundTo))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([body, decipher.final()]).toString('utf8')
      } catch {
        // NOTE: GCM's only failure here is a tag that does not fit.
        return undefined
      }
    },
  }
}
