import type { Id } from '@mcp-orchestra/kernel'

/** The catalogue of permissions: `resource:action`. A key holds a subset; a member holds those of the role. */
export const PERMISSIONS = [
  'servers:read',
  'servers:write',
  'tools:call',
  'keys:read',
  'keys:write',
  'prices:write',
  'usage:read',
  'usage:write',
  'ledger:read',
  'balance:read',
  'caps:write',
  'refunds:write',
  'payouts:write',
  'audit:read',
  'organization:read',
  'platform:operate',
] as const

/** One permission of the catalogue. */
export type Permission = (typeof PERMISSIONS)[number]

/** Who is asking, after authentication. A key without a member is a service's. */
export type Principal = {
  readonly organizationId: Id<'org'>
  readonly memberId: Id<'mbr'> | null
  readonly keyId: Id<'key'> | null
  readonly permissions: ReadonlySet<Permission>
}

/**
 * The port through which every control-plane route authorizes (architecture §10): resolves the caller
 * of a request and requires the permission, or throws a 401 or 403 problem. Wired in `main/`.
 */
export type Authorize = (request: Request, permission: Permission) => Promise<Principal>
