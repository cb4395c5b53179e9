export { startGateway, type RunningGateway } from './compose.ts'
export {
  parseConfig,
  readConfig,
  readSecrets,
  type GatewayConfig,
  type GatewaySecrets,
} from './config.ts'
