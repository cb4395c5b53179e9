import type { Lease } from '@mcp-orchestra/api/gateway-link'
import type { JournalEntry } from '../record/index.ts'

/** Notes a grant on this disk: what a restart reports as its exposure. It is not shipped. */
export function leaseGrantEntry(lease: Lease): JournalEntry {
  const { leaseId, payerId, granted } = lease
  return entry('lease_grant', { leaseId, payerId, granted })
}

/** Gives a free part of a lease back to the payer. */
export function leaseReturnEntry(leaseId: string, amount: bigint): JournalEntry {
  return entry('lease_return', { leaseId, amount: amount.toString() })
}

/** The last word on a lease: nothing of it is in flight, and every use of it stands before this record. */
export function leaseCloseEntry(leaseId: string): JournalEntry {
  return entry('lease_close', { leaseId })
}

function entry(kind: JournalEntry['kind'], body: Readonly<Record<string, string>>): JournalEntry {
  return { kind, keyed: false, text: JSON.stringify({ kind, ...body }) }
}
