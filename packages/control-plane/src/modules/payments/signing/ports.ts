import type { Instant, Transaction } from '@mcp-orchestra/kernel'
import type { SigningKey } from './signing-key.ts'

/** Where signing keys are kept. */
export interface SigningKeyStore {
  /** All of them, newest first. */
  all(tx: Transaction): Promise<SigningKey[]>
  /** Holds off other changes of the keys until commit, then reads them. */
  lockAll(tx: Transaction): Promise<SigningKey[]>
  add(tx: Transaction, key: SigningKey): Promise<void>
  /** Forgets the private half; revoked keys leave the published set besides. */
  retire(tx: Transaction, kid: string, revokedAt: Instant | null): Promise<void>
}

/** Seals text for one row (AES-256-GCM; the context is authenticated). */
export interface Seal {
  seal(plain: string, context: string): Buffer
  open(sealed: Uint8Array, context: string): string
}
