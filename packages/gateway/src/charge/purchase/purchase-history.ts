import type { IntentRecord, UsageRecord } from '@mcp-orchestra/api/journal-record'
import type { Clock } from '@mcp-orchestra/kernel'
import type { ScannedRecord } from '../../record/index.ts'
import type { StoredOutcome } from '../call-entries.ts'
import { PURCHASE_KEPT_MS, type SettledPurchase } from './purchase.ts'

/** Rebuilds the table of keyed purchases while journals are replayed at the start. */
export interface PurchaseHistory {
  /** To be given to the replay of every journal, oldest first. */
  readonly visit: (incarnationId: string, record: ScannedRecord) => void
  /** The purchases of the last 24 h, in order of their ends. */
  purchases(): Iterable<readonly [string, SettledPurchase]>
}

/** Knows nothing at first. */
export function createPurchaseHistory(clock: Clock): PurchaseHistory {
  const purchases = new Map<string, SettledPurchase>()

  function put(purchaseId: string, purchase: SettledPurchase): void {
    purchases.delete(purchaseId)
    purchases.set(purchaseId, purchase)
  }

  function visitIntent({ purchaseId, atMs }: IntentRecord): void {
    if (purchaseId !== null) put(purchaseId, { state: 'unknown', atMs })
  }

  function visitOutcome(outcome: StoredOutcome, incarnationId: string, seq: number): void {
    const { purchaseId, atMs, eventId, requestDigest } = outcome
    const place = { incarnationId, seq }
    put(purchaseId, { state: 'complete', atMs, eventId, requestDigest, place })
  }

  /** A charged call has its outcome before it; a released one gives the key free again. */
  function visitUsage({ purchaseId }: UsageRecord): void {
    if (purchaseId === null) return
    if (purchases.get(purchaseId)?.state === 'unknown') purchases.delete(purchaseId)
  }

  return {
    visit(incarnationId, record) {
      if (!record.keyed) return
      const body: unknown = JSON.parse(record.payload.toString('utf8'))
      if (record.kind === 'intent') visitIntent(body as IntentRecord)
      else if (record.kind === 'outcome') {
        visitOutcome(body as StoredOutcome, incarnationId, record.seq)
      } else if (record.kind === 'usage') visitUsage(body as UsageRecord)
    },
    *purchases() {
      const before = clock.now() - PURCHASE_KEPT_MS
      for (const entry of purchases) if (entry[1].atMs >= before) yield entry
    },
  }
}
