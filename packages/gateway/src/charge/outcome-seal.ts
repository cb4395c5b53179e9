import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/**
 * The longest result that is kept for a keyed purchase; a longer one is answered once, and a repeat is
 * told so. It bounds the journal: 24 h of results must fit on a gateway's disk.
 */
export const OUTCOME_BYTES_MAX = 262_144

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals a result (AES-256-GCM, NIST SP 800-38D): nonce ‖ tag ‖ ciphertext in base64. The purchase id is
 * bound to it, so that no result can be put under another purchase. Null when it is over the cap.
 */
export function sealOutcome(
  resultText: string | undefined,
  purchaseId: string,
  sealingKey: Buffer,
): string | null {
  if (resultText === undefined || Buffer.byteLength(resultText) > OUTCOME_BYTES_MAX) return null
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, sealingKey, nonce)
  cipher.setAAD(Buffer.from(purchaseId))
  const body = [cipher.update(resultText, 'utf8'), cipher.final()]
  return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64')
}

/** Opens what {@link sealOutcome} made; undefined when it was sealed under another key, or for another purchase. */
export function unsealOutcome(
  sealed: string,
  purchaseId: string,
  sealingKey: Buffer,
): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv(CIPHER, sealingKey, bytes.subarray(0, NONCE_BYTES))
  decipher.setAAD(Buffer.from(purchaseId))
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
  try {
    return Buffer.concat([body, decipher.final()]).toString('utf8')
  } catch {
    // NOTE: GCM's only failure here is a tag that does not fit: the key was changed since.
    return undefined
  }
}
