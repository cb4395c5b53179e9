export { createCharging, type GatewayCharging } from './charging.ts'
export { createPurchaseHistory } from './purchase/purchase-history.ts'
