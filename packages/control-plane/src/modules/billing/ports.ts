import type { Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { Month } from '../metering/index.ts'
import type { Invoiced } from './invoice/draft-lines.ts'
import type { Invoice, Side } from './invoice/invoice.ts'
import type { Party } from './profile/party.ts'

/** Which organizations there are, and which of them is the platform; identity's door implements it. */
export interface Directory {
  exists(tx: Transaction, id: Id<'org'>): Promise<boolean>
  /** The organization that operates the platform: who sells to payers, and whom publishers sell to. */
  operator(tx: Transaction): Promise<Id<'org'>>
}

/** Who somebody is on invoices: added, never changed. */
export interface ProfileStore {
  latest(tx: Transaction, organizationId: Id<'org'>): Promise<Party | undefined>
  /** Adds the next version, and answers its number. */
  add(tx: Transaction, organizationId: Id<'org'>, party: Party, at: Instant): Promise<number>
}

/** Invoices, their numbers, and what stands on them. */
export interface InvoiceStore {
  /** Holds off other invoices of this party until commit, and answers what is carried to the next, in atto-USD. */
  lockParty(tx: Transaction, organizationId: Id<'org'>, side: Side): Promise<bigint>
  setCarry(tx: Transaction, organizationId: Id<'org'>, side: Side, carry: bigint): Promise<void>
  /** What of the totals of usage stands on invoices already. */
  invoiced(tx: Transaction, organizationId: Id<'org'>, side: Side): Promise<Invoiced[]>
  /** Adds to what stands on invoices; a credit note adds less than nothing. */
  addInvoiced(
    tx: Transaction,
    organizationId: Id<'org'>,
    side: Side,
    parts: readonly Invoiced[],
  ): Promise<void>
  /** Takes the next number of a series; others wait for the commit. */
  nextSequence(tx: Transaction, series: string): Promise<number>
  add(tx: Transaction, invoice: Invoice, parts: readonly Invoiced[]): Promise<void>
  find(tx: Transaction, id: Id<'inv'>): Promise<Invoice | undefined>
  /** What an invoice is of: the totals that it took its lines from. */
  partsOf(tx: Transaction, id: Id<'inv'>): Promise<Invoiced[]>
  isCredited(tx: Transaction, id: Id<'inv'>): Promise<boolean>
  /** Newest first; null for all organizations. */
  page(tx: Transaction, query: InvoicePageQuery): Promise<Invoice[]>
}

/** Which invoices; only those before an id, when it is given. */
export type InvoicePageQuery = {
  readonly organizationId: Id<'org'> | null
  readonly before: Id<'inv'> | undefined
  readonly limit: number
}

/** Whose and which month's invoice. */
export type InvoiceSubject = {
  readonly organizationId: Id<'org'>
  readonly side: Side
  readonly month: Month
}
