export { AssertionError, assert, unreachable } from './assert.ts'
export {
  assetId,
  findWellKnownAsset,
  USD,
  WELL_KNOWN_ASSETS,
  type Asset,
  type AssetId,
} from './asset.ts'
export { divCeil, divFloor } from './division.ts'
export { BPS_WHOLE, feeDelta, feeOnCumulative } from './fee.ts'
export {
  createIds,
  deriveId,
  fromUuid,
  ID_PREFIXES,
  parseId,
  toUuid,
  type Id,
  type IdPrefix,
  type Ids,
} from './id.ts'
export {
  fromRfc3339,
  instant,
  systemClock,
  toRfc3339,
  type Clock,
  type Instant,
} from './instant.ts'
export {
  add,
  AMOUNT_MAX,
  formatUnits,
  money,
  parseUnits,
  subtract,
  toWire,
  type Money,
  type MoneyWire,
} from './money.ts'
export {
  Problem,
  PROBLEM_TYPE_PREFIX,
  problemsOf,
  toProblemDocument,
  type ProblemKind,
  type ProblemOccurrence,
  type ProblemTable,
} from './problem.ts'
export { costOf, creditAtClose, priceOfEvent, runningCostOf } from './price/cost.ts'
export { METERS, type Meter, type MeterUnits } from './price/meter.ts'
export { mostOf } from './price/most.ts'
export {
  checkForm,
  TIERS_MAX,
  type PriceForm,
  type PriceModifiers,
  type Tier,
} from './price/price-form.ts'
export { rate, type Rate } from './price/rate.ts'
export { canCostMore } from './price/rise.ts'
export {
  claimOf,
  finalOf,
  flatTariff,
  isTariffRise,
  reservationOf,
  type PriceComponent,
  type Tariff,
} from './price/tariff.ts'
export { splitByWeight } from './split.ts'
export type { Transaction, Transactions } from './transaction.ts'
