import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { assert } from '@mcp-orchestra/kernel'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const FORMAT = 1
/** Version, then which master key wrapped: a rotation knows what is left to rewrap. */
const HEADER_BYTES = 1 + 4
const WRAPPED_BYTES = IV_BYTES + KEY_BYTES + TAG_BYTES

/** Seals small secrets for the database, each under a key of its own (identity.md section 6). */
export interface Vault {
  /** `context` names the row and is authenticated: a sealed value opens in its own row only. */
  seal(plain: string, context: string): Buffer
  /** Throws when the master key, the row or a single bit is another. */
  open(sealed: Uint8Array, context: string): string
}

/** A vault under one master key of 32 bytes (AES-256-GCM envelope, random 96-bit nonces). */
export function createVault(masterKey: Uint8Array): Vault {
  assert(masterKey.length === KEY_BYTES, 'the master key has 32 bytes')
  const keyId = createHash('sha256')
    .update('vault key id')
    .update(masterKey)
    .digest()
    .subarray(0, 4)
  const header = Buffer.concat([Buffer.from([FORMAT]), keyId])
  return {
    seal(plain, context) {
      const dataKey = randomBytes(KEY_BYTES)
      return Buffer.concat([
        header,
        encrypt(masterKey, dataKey, `key ${context}`),
        encrypt(dataKey, Buffer.from(plain, 'utf8'), context),
      ])
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed)
      if (!bytes.subarray(0, HEADER_BYTES).equals(header)) {
        throw new Error('sealed under another master key or in another format')
      }
      const body = HEADER_BYTES + WRAPPED_BYTES
      const dataKey = decrypt(masterKey, bytes.subarray(HEADER_BYTES, body), `key ${context}`)
      return decrypt(dataKey, bytes.subarray(body), context).toString('utf8')
    },
  }
}

function encrypt(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Buffer, context: string): Buffer {
  if (sealed.length < IV_BYTES + TAG_BYTES) throw new Error('a sealed value is too short')
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(context, 'utf8'))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
}
