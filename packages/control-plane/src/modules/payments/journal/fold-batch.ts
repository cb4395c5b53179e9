import { assert, unreachable, type Id } from '@mcp-orchestra/kernel'
import type { Batch, BatchPlan, FoldState } from './batch-plan.ts'
import { createCaseFolder } from './fold-cases.ts'
import { createLeaseFolder } from './fold-leases.ts'
import { createUsageFolder } from './fold-usage.ts'
import type { Intent, JournalEntry } from './entry.ts'

/**
 * Turns a batch into everything it changes: a pure function of its records and of what the database
 * knew. The totals depend neither on how records are cut into batches nor, as long as a lease covers
 * its calls, on their order. Whatever cannot be explained is set aside in suspense with a case, at the
 * platform's cost and never at the payer's, and the journal goes on.
 */
export function foldBatch(batch: Batch, state: FoldState): BatchPlan {
  const first = batch.entries[0]
  assert(first !== undefined, 'a batch has at least one record')
  const cases = createCaseFolder(batch.incarnationId, first.seq, state.assets)
  const leases = createLeaseFolder(batch.incarnationId, first.seq, state.leases)
  const usage = createUsageFolder(batch.incarnationId, first.seq, state, leases, cases)
  const open = new Map(state.intents.map((intent) => [intent.id, intent]))
  const opened = new Map<Id<'evt'>, Intent>()
  const closed = new Set<Id<'evt'>>()
  let ended = false

  function resolve(id: Id<'evt'>): void {
    opened.delete(id)
    if (open.delete(id)) closed.add(id)
  }

  function endJournal(): void {
    ended = true
    for (const id of leases.openIds()) leases.close(id)
    closeIntents()
  }

  function closeIntents(): void {
    for (const intent of [...open.values(), ...opened.values()]) {
      if (intent.opensCase) cases.intentUnresolved(intent)
      resolve(intent.id)
    }
  }

  function fold(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'kept':
        return
      case 'unreadable':
        cases.recordUnreadable(entry.seq, entry.reason, entry.excerpt)
        return
      case 'usage':
        resolve(entry.call.id)
        usage.add(entry.seq, entry.call)
        return
      case 'intent':
        if (state.knownEvents.has(entry.intent.id)) return
        opened.set(entry.intent.id, entry.intent)
        return
      case 'lease_return': {
        const refused = leases.giveBack(entry.leaseId, entry.amount)
        if (refused !== undefined) cases.recordRefused(entry.seq, entry.leaseId, refused)
        return
      }
      case 'lease_close': {
        const refused = leases.close(entry.leaseId)
        if (refused !== undefined) cases.recordRefused(entry.seq, entry.leaseId, refused)
        return
      }
      case 'incarnation_end':
        if (!ended && state.incarnationState === 'open') endJournal()
        return
      default:
        unreachable(entry)
    }
  }

  for (const entry of batch.entries) fold(entry)
  // A lost journal has no end that could tell of them: what it brings is told of at once.
  if (state.incarnationState === 'lost') closeIntents()
  const posted = usage.finish()
  return {
    events: posted.events,
    transfers: [...posted.transfers, ...leases.transfers(), ...cases.transfers()],
    leases: leases.changes(),
    feeTotals: posted.feeTotals,
    meterTotals: posted.meterTotals,
    purchases: posted.purchases,
    intentsOpened: [...opened.values()],
    intentsClosed: [...closed],
    cases: cases.openings(),
    ended,
  }
}
