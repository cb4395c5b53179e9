import { instant, type Id, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import type { KeyStore } from './ports.ts'

/** A use is known to the minute: so a key that calls without a pause is written once a minute, not once a call. */
const PRECISION_MS = 60_000

/** When keys were last used. */
export interface KeyUses {
  /** Notes uses in a transaction of the caller's: of each key the latest counts. */
  note(
    tx: Transaction,
    uses: readonly { readonly keyId: Id<'key'>; readonly at: Instant }[],
  ): Promise<void>
}

/** Uses as the store of keys keeps them. */
export function createKeyUses(store: Pick<KeyStore, 'noteUse'>): KeyUses {
  return { note: (tx, uses) => store.noteUse(tx, lastMinutes(uses)) }
}

/** The beginning of the minute of each key's latest use. */
export function lastMinutes(
  uses: readonly { readonly keyId: Id<'key'>; readonly at: Instant }[],
): ReadonlyMap<Id<'key'>, Instant> {
  const minutes = new Map<Id<'key'>, Instant>()
  for (const { keyId, at } of uses) {
    const minute = instant(Math.floor(at / PRECISION_MS) * PRECISION_MS)
    if (minute > (minutes.get(keyId) ?? -Infinity)) minutes.set(keyId, minute)
  }
  return minutes
}
