import type { Permission } from '@mcp-orchestra/api/permission'
import type { KeyEntity } from '@mcp-orchestra/api/snapshot'
import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { Grants } from './grant.ts'
import type { Membership } from './key-group.ts'
import type { Member } from './organization.ts'
import { permissionsOf } from './role.ts'

/** An API key as it is kept: its digest, never its secret. */
export type ApiKey = Grants &
  Membership & {
    readonly id: Id<'key'>
    /** The first of its row of rotations: what binds a key binds its successors. */
    readonly rootId: Id<'key'>
    readonly organizationId: Id<'org'>
    /** Null: the organization's own; no role bounds it. */
    readonly memberId: Id<'mbr'> | null
    /** `call` keys live five minutes, are for one server, and are not listed. */
    readonly purpose: 'standard' | 'call'
    readonly name: string
    readonly start: string
    /** SHA-256 of the whole key, lower-case hex. */
    readonly digest: string
    readonly permissions: readonly Permission[]
    readonly ratePerMinute: number
    readonly strict: boolean
    readonly createdAt: Instant
    readonly expiresAt: Instant
    readonly revokedAt: Instant | null
    readonly replacedBy: Id<'key'> | null
    /** The beginning of the minute in which it was last used. */
    readonly lastUsedAt: Instant | null
  }

/** Whether a key works now. */
export function statusOf(key: ApiKey, at: Instant): 'active' | 'expired' | 'revoked' {
  if (key.revokedAt !== null) return 'revoked'
  return key.expiresAt <= at ? 'expired' : 'active'
}

/** What a key may do at this moment: its own permissions, within those of its member's role today. */
export function effectivePermissions(key: ApiKey, member: Member | undefined): Permission[] {
  if (key.memberId === null) return [...key.permissions]
  if (member === undefined) return []
  const bound = permissionsOf(member)
  return key.permissions.filter((permission) => bound.has(permission))
}

/** The key as gateways know it. */
export function keyEntity(key: ApiKey, member: Member | undefined): KeyEntity {
  const rules = (list: Grants['allow']) =>
    list.map(({ serverId, tools }) => (tools ? { serverId, tools: [...tools] } : { serverId }))
  return {
    id: key.id,
    digest: key.digest,
    organizationId: key.organizationId,
    memberId: key.memberId,
    // A page's call key lives minutes: a purchase repeated under the next one is still the same purchase.
    ...(key.purpose === 'call' && key.memberId !== null ? { principalId: key.memberId } : {}),
    ...(key.rootId === key.id ? {} : { rootId: key.rootId }),
    ...(key.projectId === null ? {} : { projectId: key.projectId }),
    ...(key.agentId === null ? {} : { agentId: key.agentId }),
    permissions: effectivePermissions(key, member),
    allow: rules(key.allow),
    deny: rules(key.deny),
    expiresAtMs: key.expiresAt,
    ratePerMinute: key.ratePerMinute,
    strict: key.strict,
  }
}
