export { postgresPriceStore } from './adapters/postgres-price-store.ts'
export { postgresUsageStore } from './adapters/postgres-usage-store.ts'
export {
  createMetering,
  type Metering,
  type MeteringDeps,
  type Page,
  type PriceListQuery,
} from './create-metering.ts'
export { mountMetering } from './http/mount-metering.ts'
export type { PriceStore, ServerDirectory, UsagePageQuery, UsageStore } from './ports.ts'
export { FEE_BPS_DEFAULT, type Price } from './price.ts'
export { METERING_PROBLEMS } from './problems.ts'
export type { PriceWish, PublishedPrice } from './publish-price.ts'
export type { Disposition, MeteredCall, UsageEvent } from './usage-event.ts'
