import type { Authorize, Principal } from '@mcp-orchestra/api/permission'
import type { Keys } from '../../identity/index.ts'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Apis } from '../apis.ts'
import type { Observations } from '../observations.ts'
import type { Probes } from '../probes.ts'
import { mayChange, type Server } from '../server.ts'
import type { Servers } from '../servers.ts'
import type { OurClient } from '../upstream-auth/client-choice.ts'
import type { UpstreamAuthParts } from '../upstream-auth/upstream-auth.ts'
import { serverDocument } from './documents.ts'
import { summaryDocument } from './summary-document.ts'

/** What the hub's handlers work with. */
export type HubRoutes = {
  readonly authorize: Authorize
  readonly servers: Servers
  readonly apis: Apis
  readonly observations: Observations
  readonly probes: Probes
  readonly keys: Pick<Keys, 'issueCallKey'>
  readonly clock: Clock
  readonly upstreamAuth: UpstreamAuthParts
  readonly us: OurClient
  /** Where MCP clients connect. */
  readonly gatewayUrl: string
}

/** Servers as one caller may see them, each with what a list says of it. */
export async function showServers(
  { observations, gatewayUrl, us }: Pick<HubRoutes, 'observations' | 'gatewayUrl' | 'us'>,
  principal: Principal,
  servers: readonly Server[],
) {
  const figures = await observations.figures(servers.map(({ id }) => id))
  return servers.map((server) => ({
    ...serverDocument(server, {
      gatewayUrl,
      redirectUri: us.callbackUrl,
      mayChange: mayChange(principal, server),
      health: figures.health.get(server.id) ?? [],
    }),
    summary: summaryDocument(server.id, figures),
  }))
}

/** One server as one caller may see it. */
export async function showServer(
  wired: Pick<HubRoutes, 'observations' | 'gatewayUrl' | 'us'>,
  principal: Principal,
  server: Server,
) {
  const health = await wired.observations.health([server.id])
  return serverDocument(server, {
    gatewayUrl: wired.gatewayUrl,
    redirectUri: wired.us.callbackUrl,
    mayChange: mayChange(principal, server),
    health: health.get(server.id) ?? [],
  })
}
