import type { IncarnationRequest, Lease } from '@mcp-orchestra/api/gateway-link'
import type { JournalEntry } from '../../record/index.ts'

/** A grant as it is reported when a process registers. */
export type GrantNote = IncarnationRequest['journals'][number]['leases'][number]

/** What is noted of a lease when it is granted. */
export function grantNoteOf({ leaseId, payerId, granted, windows = [] }: Lease): GrantNote {
  const note = { leaseId, payerId, granted }
  return windows.length === 0 ? note : { ...note, windows }
}

/** Notes a grant on this disk, for the report of the next process. It is not shipped. */
export function leaseGrantEntry(grant: GrantNote): JournalEntry {
  return entry('lease_grant', grant)
}

/** Gives a free part of a lease back to the payer. */
export function leaseReturnEntry(leaseId: string, amount: bigint): JournalEntry {
  return entry('lease_return', { leaseId, amount: amount.toString() })
}

/** The last word on a lease: nothing of it is in flight, and every use of it stands before this record. */
export function leaseCloseEntry(leaseId: string): JournalEntry {
  return entry('lease_close', { leaseId })
}

function entry(kind: JournalEntry['kind'], body: object): JournalEntry {
  return { kind, keyed: false, text: JSON.stringify({ kind, ...body }) }
}
