import { postgresPayeeStore } from './postgres-payee-store.ts'
import { postgresPayoutStore } from './postgres-payout-store.ts'
import { postgresRailOrderStore } from './postgres-rail-order-store.ts'
import { postgresStatementStore } from './postgres-statement-store.ts'

/** Every store of payees, payouts, statements and rails, in PostgreSQL. */
export const postgresPayoutStores = {
  payees: postgresPayeeStore,
  payouts: postgresPayoutStore,
  railOrders: postgresRailOrderStore,
  statements: postgresStatementStore,
} as const
