import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { MeteredCall } from '../../metering/index.ts'

/** A durable intent: a call went upstream and its end must not stay unknown (spending §3.12). */
export type Intent = {
  readonly id: Id<'evt'>
  readonly at: Instant
  readonly leaseId: Id<'les'>
  readonly payerId: Id<'org'>
  readonly serverId: Id<'srv'>
  readonly tool: string
  readonly reserved: bigint
  readonly purchaseId: Id<'pur'> | null
  readonly opensCase: boolean
}

/** What one journal record says, after everything about its form was checked. */
export type EntryBody =
  | { readonly kind: 'usage'; readonly call: MeteredCall }
  | { readonly kind: 'intent'; readonly intent: Intent }
  | { readonly kind: 'lease_return'; readonly leaseId: Id<'les'>; readonly amount: bigint }
  | { readonly kind: 'lease_close'; readonly leaseId: Id<'les'> }
  | { readonly kind: 'incarnation_end' }
  /** A stored outcome: its text stays on the gateway. */
  | { readonly kind: 'kept' }
  /** Nothing that we understand: it opens a case, and the journal goes on. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly excerpt: string }

/** A record in its place. */
export type JournalEntry = EntryBody & { readonly seq: number }
