export { createCharging, type ChargingDeps, type GatewayCharging } from './charging.ts'
export { OUTCOME_TABLE, type OutcomeRow, type OutcomeVerdict } from './outcome-table.ts'
export { CHARGE_PROBLEMS } from './problems.ts'
export { createPurchaseHistory, type PurchaseHistory } from './purchase-history.ts'
