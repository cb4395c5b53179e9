export { postgresInvoiceStore } from './adapters/postgres-invoice-store.ts'
export { postgresProfileStore } from './adapters/postgres-profile-store.ts'
export { createBilling, type Billing } from './create-billing.ts'
export { mountBilling } from './http/mount.ts'
