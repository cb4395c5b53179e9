export { startAuthorizationServer, type AuthorizationServer } from './authorization-server.ts'
export { startBetterAuthServer, type BetterAuthServer } from './better-auth-server.ts'
export { browse } from './browser.ts'
export { startProtectedServer, type ProtectedServer } from './protected-server.ts'
