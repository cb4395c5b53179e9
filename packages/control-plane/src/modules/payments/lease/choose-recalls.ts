import { instant, type Id, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import type { LeaseStore, RecallQuery } from '../ports.ts'

/** What one incarnation is asked to give back what is free of. */
export type Recall = { readonly incarnationId: Id<'inc'>; readonly leaseIds: readonly Id<'les'>[] }

/** What is short, and by how much. */
export type Need = {
  readonly shortOf: RecallQuery['shortOf']
  readonly missing: bigint
  readonly now: Instant
}

/**
 * Asks of one lease until something moves on it: a gateway answers a recall within a flush and a
 * shipment, some tens of milliseconds, so this many pauses give it about half a second.
 */
export const RECALL_ASKS_MAX = 5
/** When the asker should come back, in ms: one journal flush, one shipment and one posting. */
export const RECALL_RETRY_AFTER_MS = 100
/** After this time, in ms, a lease that did not answer is worth asking again. */
export const RECALL_FORGET_MS = 5_000
/** Leases recalled at once: enough to make up for a shortage, few enough for one message. */
const RECALL_LEASES_MAX = 64

/**
 * Chooses open leases whose unspent parts could make up for a shortage, and notes that they are asked;
 * none when they could not. The number of asks is bounded: a lease that gives nothing is fully
 * reserved, or its gateway is away.
 */
export async function chooseRecalls(
  deps: { readonly leases: LeaseStore },
  tx: Transaction,
  { shortOf, missing, now }: Need,
): Promise<Recall[]> {
  const forgetBefore = instant(now - RECALL_FORGET_MS)
  const found = await deps.leases.recallable(tx, {
    shortOf,
    asksMax: RECALL_ASKS_MAX,
    forgetBefore,
    limit: RECALL_LEASES_MAX,
  })
  if (found.reduce((sum, { remainder }) => sum + remainder, 0n) < missing) return []
  const ids = found.map(({ id }) => id)
  await deps.leases.noteRecall(tx, ids, now, forgetBefore)
  return groupByIncarnation(found)
}

/** One message a gateway. */
export function groupByIncarnation(
  leases: readonly { readonly id: Id<'les'>; readonly incarnationId: Id<'inc'> }[],
): Recall[] {
  const groups = new Map<Id<'inc'>, Id<'les'>[]>()
  for (const { id, incarnationId } of leases) {
    groups.set(incarnationId, [...(groups.get(incarnationId) ?? []), id])
  }
  return [...groups].map(([incarnationId, leaseIds]) => ({ incarnationId, leaseIds }))
}
