import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { mountPayees } from './payees.ts'
import { mountPayouts as mountRoutes } from './payouts.ts'
import type { PayoutRoutes } from './wired.ts'

/** Mounts every route of payees and payouts. */
export function mountPayouts(app: ApiApp, wired: PayoutRoutes): void {
  mountPayees(app, wired)
  mountRoutes(app, wired)
}
