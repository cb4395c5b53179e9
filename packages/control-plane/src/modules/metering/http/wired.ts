import type { Authorize, Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotBarrier } from '@mcp-orchestra/api/snapshot'
import { parseId, type Clock, type Id } from '@mcp-orchestra/kernel'
import type { Metering } from '../create-metering.ts'
import type { LiveUsage } from '../live/live-usage.ts'
import type { Meters } from '../meter/meters.ts'
import { refuse } from '../problems.ts'

/** Finds servers by id or alias as a caller may see or change them, else 404; the hub's door implements it. */
export interface VisibleServers {
  serverFor(principal: Principal, idOrAlias: string): Promise<{ readonly id: Id<'srv'> }>
  ownedServer(principal: Principal, idOrAlias: string): Promise<{ readonly id: Id<'srv'> }>
}

/** What metering's handlers work with. */
export type MeteringRoutes = {
  readonly authorize: Authorize
  readonly metering: Metering
  readonly meters: Meters
  readonly servers: VisibleServers
  readonly live: LiveUsage
  readonly barrier: SnapshotBarrier
  readonly clock: Clock
}

/** Whose usage is asked for: the caller's own, or another organization's for operators; else 404. */
export function whoseUsage(principal: Principal, named: string | undefined): Id<'org'> {
  if (named === undefined || named === principal.organizationId) return principal.organizationId
  const id = parseId('org', named)
  if (id === undefined || !principal.permissions.has('platform:operate')) {
    throw refuse('metering.organization_not_found')
  }
  return id
}
