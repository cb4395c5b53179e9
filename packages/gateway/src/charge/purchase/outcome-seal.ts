import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomFillSync,
  type KeyObject,
} from 'node:crypto'

/**
 * The longest result that is kept for a keyed purchase; a longer one is answered once, and a repeat is
 * told so. It bounds the journal: 24 h of results must fit on a gateway's disk.
 */
export const OUTCOME_BYTES_MAX = 262_144

/** Seals results under the key of the settings (base64), bound to their purchase (AES-256-GCM, NIST SP 800-38D). */
export interface OutcomeSeal {
  /** Nonce ‖ tag ‖ ciphertext in base64; null when there is no result or it is over the cap. */
  seal(resultText: string | undefined, purchaseId: string, sealingKey: string): string | null
  /** Undefined when it was sealed under another key, or for another purchase. */
  unseal(sealed: string, purchaseId: string, sealingKey: string): string | undefined
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Random nonces drawn at once: one by one they cost half as much as the sealing. */
const NONCES_DRAWN = 1_024

/** Keeps the last key in the cipher's own form: making it again costs three times the sealing. */
export function createOutcomeSeal(): OutcomeSeal {
  const drawn = Buffer.alloc(NONCE_BYTES * NONCES_DRAWN)
  let taken = drawn.length
  let known: { readonly text: string; readonly key: KeyObject } | undefined

  function keyOf(text: string): KeyObject {
    if (known?.text !== text) known = { text, key: createSecretKey(Buffer.from(text, 'base64')) }
    return known.key
  }

  function drawNonce(): Buffer {
    if (taken === drawn.length) {
      randomFillSync(drawn)
      taken = 0
    }
    taken += NONCE_BYTES
    return Buffer.from(drawn.subarray(taken - NONCE_BYTES, taken))
  }

  return {
    seal(resultText, purchaseId, sealingKey) {
      if (resultText === undefined || Buffer.byteLength(resultText) > OUTCOME_BYTES_MAX) return null
      const nonce = drawNonce()
      const cipher = createCipheriv(CIPHER, keyOf(sealingKey), nonce)
      cipher.setAAD(Buffer.from(purchaseId))
      const body = [cipher.update(resultText, 'utf8'), cipher.final()]
      return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64')
    },
    unseal(sealed, purchaseId, sealingKey) {
      const bytes = Buffer.from(sealed, 'base64')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
      const nonce = bytes.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv(CIPHER, keyOf(sealingKey), nonce)
      decipher.setAAD(Buffer.from(purchaseId))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([body, decipher.final()]).toString('utf8')
      } catch {
        // NOTE: GCM's only failure here is a tag that does not fit: the key was changed since.
        return undefined
      }
    },
  }
}
