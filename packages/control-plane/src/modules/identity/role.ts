import { PERMISSIONS, type Permission } from '@mcp-orchestra/api/permission'

/** What a member is in the organization; the seed's four words. */
export type Role = 'admin' | 'developer' | 'user' | 'enterprise'

const USE: readonly Permission[] = [
  'servers:read',
  'tools:call',
  'usage:read',
  'balance:read',
  'organization:read',
]
const BUILD: readonly Permission[] = [
  ...USE,
  'servers:write',
  'prices:write',
  'usage:write',
  'keys:read',
  'keys:write',
]

/** What each role allows in its own organization. None of them runs the platform. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  user: new Set(USE),
  developer: new Set(BUILD),
  /** Builds, and answers for the money: the books, the caps, what is given back and what is paid out. */
  enterprise: new Set([...BUILD, 'ledger:read', 'caps:write', 'refunds:write', 'payouts:write']),
  admin: new Set(PERMISSIONS.filter((permission) => permission !== 'platform:operate')),
}

/** What a member may do: the role's permissions, and running the platform when an operator. */
export function permissionsOf(member: {
  readonly role: Role
  readonly operator: boolean
}): ReadonlySet<Permission> {
  const permissions = new Set(ROLE_PERMISSIONS[member.role])
  if (member.operator) permissions.add('platform:operate')
  return permissions
}
