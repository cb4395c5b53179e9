export { createCharging, type GatewayCharging } from './charging.ts'
export { createTokenCounter } from './metered/token-counter.ts'
export { createPurchaseHistory } from './purchase/purchase-history.ts'
