import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { Month } from '../../metering/index.ts'
import type { Party } from '../profile/party.ts'
import type { UnitPrice } from './unit-price.ts'

/**
 * `invoice`: from the platform to a payer. `self_billing`: from a publisher to the platform, written by the platform.
 * `credit_note`: takes one of them back.
 */
export const INVOICE_KINDS = ['invoice', 'self_billing', 'credit_note'] as const
export type InvoiceKind = (typeof INVOICE_KINDS)[number]

/** Who the other party is to the platform. */
export type Side = 'payer' | 'publisher'

/** One line: calls of one tool in one month under one price version, what was given back of them, or a fee. */
export type InvoiceLine = {
  readonly kind: 'calls' | 'refund' | 'fee'
  readonly serverId: Id<'srv'> | null
  readonly tool: string | null
  readonly priceId: Id<'prc'> | null
  /** The month of the calls: earlier than the invoice's for what came late. */
  readonly month: Month
  readonly calls: bigint
  /** What was posted, in atto-USD; below zero for what was given back. */
  readonly exact: bigint
  /** What stands on the invoice. */
  readonly cents: bigint
  readonly unitPrice: UnitPrice | null
}

/** A final invoice: it never changes. */
export type Invoice = {
  readonly id: Id<'inv'>
  readonly kind: InvoiceKind
  /** Without a gap in its series, which it names: `INV-000042`. */
  readonly number: string
  readonly series: string
  readonly sequence: number
  readonly organizationId: Id<'org'>
  readonly side: Side
  readonly month: Month
  readonly issuedAt: Instant
  readonly seller: Party
  readonly buyer: Party
  readonly lines: readonly InvoiceLine[]
  readonly totalCents: bigint
  /** Less than a cent, in atto-USD: from the invoice before, and to the next one. */
  readonly carriedIn: bigint
  readonly carriedOut: bigint
  /** What a credit note takes back, and why. */
  readonly original: { readonly id: Id<'inv'>; readonly number: string } | null
  readonly reason: string | null
}
