import type { Id, Transaction } from '@mcp-orchestra/kernel'
import type { AppliedBatch } from '../ports.ts'

/** Where a record stands: which journal, and where in it. */
export type JournalPlace = { readonly incarnationId: Id<'inc'>; readonly seq: number }

/** Batches that were applied. */
export interface BatchReader {
  /** The batch of each place, in their order; undefined where none covers it. */
  batchesOf(tx: Transaction, places: readonly JournalPlace[]): Promise<(AppliedBatch | undefined)[]>
}
