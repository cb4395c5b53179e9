export { postgresPaymentsStores } from './adapters/postgres-stores.ts'
export { createPayments, type Payments } from './create-payments.ts'
export { mountPayments } from './http/mount.ts'
