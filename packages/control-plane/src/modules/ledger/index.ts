export {
  accountNames,
  isAccountName,
  parseAccountName,
  type AccountName,
  type PlatformAccount,
} from './account-name.ts'
export { createPostgresStore as createPostgresLedgerStore } from './adapters/postgres-store.ts'
export type { AccountRow, Balance, TrialBalance } from './balance.ts'
export type { LedgerStore } from './ports.ts'
export { mountLedger } from './http/mount.ts'
export type { LedgerRoutes } from './http/wired.ts'
export { LEDGER_PROBLEMS } from './problems.ts'
export { createLedger, type Ledger } from './service.ts'
export {
  TRANSFERS_MAX,
  type Applied,
  type HoldRequest,
  type PostHoldRequest,
  type Transfer,
  type TransferFilter,
  type TransferKind,
  type TransferRequest,
  type VoidHoldRequest,
} from './transfer.ts'
