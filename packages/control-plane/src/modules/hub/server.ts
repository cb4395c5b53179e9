import type { Principal } from '@mcp-orchestra/api/permission'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { UpstreamAuth } from '@mcp-orchestra/api/routes/upstream-auth'
import type { Id, Instant } from '@mcp-orchestra/kernel'

/** A registered MCP server, with its secrets in the clear: never leaves the module but to gateways. */
export type Server = Omit<ServerEntity, 'id' | 'organizationId' | 'credentials'> & {
  readonly id: Id<'srv'>
  readonly organizationId: Id<'org'>
  readonly createdAt: Instant
  /** How tokens for it are got. */
  readonly upstreamAuth: UpstreamAuth
}

/** The server as gateways know it: the snapshot drops what its schema does not name. */
export function serverEntity({ upstreamAuth, ...server }: Server): ServerEntity {
  return { ...server, credentials: CREDENTIALS[upstreamAuth.kind] }
}

const CREDENTIALS = {
  none: 'none',
  oauth: 'each_member',
  enterprise: 'each_member',
  client_credentials: 'service',
} as const

/** Whether a caller may know that the server exists: its owner, everyone's servers, and operators. */
export function mayRead(principal: Principal, server: Server): boolean {
  return server.visibility === 'everyone' || mayChange(principal, server)
}

/** Whether a caller may change it and see how it is reached. */
export function mayChange({ organizationId, permissions }: Principal, server: Server): boolean {
  return server.organizationId === organizationId || permissions.has('platform:operate')
}
