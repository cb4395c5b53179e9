export { AssertionError, assert, unreachable } from './assert.ts'
export { assetId, USD, type Asset, type AssetId } from './asset.ts'
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
export type { Transaction, Transactions } from './transaction.ts'
