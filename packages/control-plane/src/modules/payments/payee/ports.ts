import type { Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { Payee, PayeeDestination } from './payee.ts'

/** Payees, and every destination that they ever had. */
export interface PayeeStore {
  find(tx: Transaction, organizationId: Id<'org'>): Promise<Payee | undefined>
  /** Held against change until commit. */
  lock(tx: Transaction, organizationId: Id<'org'>): Promise<Payee | undefined>
  addDestination(tx: Transaction, destination: PayeeDestination): Promise<void>
  save(
    tx: Transaction,
    payee: Pick<
      Payee,
      'organizationId' | 'version' | 'schedule' | 'scheduledBy' | 'minimum' | 'savedAt'
    >,
  ): Promise<void>
  approve(
    tx: Transaction,
    payee: Pick<Payee, 'organizationId' | 'version'>,
    by: string,
    at: Instant,
  ): Promise<void>
  setHold(tx: Transaction, organizationId: Id<'org'>, reason: string | null): Promise<void>
  /** One version of a destination, sealed. */
  destination(
    tx: Transaction,
    organizationId: Id<'org'>,
    version: number,
  ): Promise<PayeeDestination | undefined>
  page(tx: Transaction, query: PayeePageQuery): Promise<Payee[]>
}

/** Which payees, in order of id. */
export type PayeePageQuery = {
  readonly after: Id<'org'> | undefined
  readonly limit: number
  /** Only those that are paid by a schedule. */
  readonly scheduled?: boolean
}
