import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import { moneyOfUnits, type UnitsDocument } from '@mcp-orchestra/api/money'
import type { Authorize, Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotBarrier } from '@mcp-orchestra/api/snapshot'
import { parseId, USD, type Id, type Money } from '@mcp-orchestra/kernel'
import type { z } from 'zod'
import type { Payments } from '../create-payments.ts'
import { refuse } from '../problems.ts'

/** What the handlers of payments work with. */
export type PaymentsRoutes = {
  readonly authorize: Authorize
  readonly authenticateGateway: AuthenticateGateway
  readonly payments: Payments
  readonly barrier: SnapshotBarrier
}

/** Whose money is asked for: the caller's own, or another organization's for operators; else 404. */
export function whoseMoney(principal: Principal, named: string | undefined): Id<'org'> {
  if (named === undefined || named === principal.organizationId) return principal.organizationId
  const id = parseId('org', named)
  if (id === undefined || !isOperator(principal)) throw refuse('payments.organization_not_found')
  return id
}

/** Whether the caller operates the platform, and so sees everybody's cases. */
export function isOperator({ permissions }: Principal): boolean {
  return permissions.has('platform:operate')
}

/** An amount of a request's body; another asset than USD is refused. */
export function amountOfBody(units: z.infer<typeof UnitsDocument>): Money {
  if (units.asset !== USD.id) throw refuse('payments.asset_unsupported')
  return moneyOfUnits(units)
}

/** Waits until connected gateways have a change, and says who has not. */
export async function appliedBy(
  barrier: SnapshotBarrier,
  version: number,
): Promise<{ snapshotVersion: number; pendingGateways: string[] }> {
  const { snapshotVersion, pendingGateways } = await barrier.reached(version)
  return { snapshotVersion, pendingGateways: [...pendingGateways] }
}
