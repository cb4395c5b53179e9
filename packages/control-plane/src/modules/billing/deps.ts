import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Clock, Ids, Transactions } from '@mcp-orchestra/kernel'
import type { Metering } from '../metering/index.ts'
import type { Directory, InvoiceStore, ProfileStore } from './ports.ts'

/** Everything that billing is built on; each use case asks for its part. */
export type BillingDeps = {
  readonly transactions: Transactions
  readonly metering: Pick<Metering, 'totals'>
  readonly directory: Directory
  readonly profiles: ProfileStore
  readonly invoices: InvoiceStore
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
}
