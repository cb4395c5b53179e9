import { toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import { statusOf, type ApiKey } from '../key.ts'
import type { AppliedChange, IssuedKey } from '../keys.ts'
import type { Member, Organization } from '../organization.ts'
import type { Caller } from '../principals.ts'

/** An organization on the wire. */
export function organizationDocument({ id, name, status, createdAt }: Organization) {
  return { id, name, status, createdAt: toRfc3339(createdAt) }
}

/** A member on the wire. */
export function memberDocument({ id, email, name, role }: Member) {
  return { id, email, name, role }
}

/** Who is asking, on the wire. */
export function meDocument({ via, principal, organization, member }: Caller) {
  return {
    via,
    keyId: principal.keyId,
    organization: organizationDocument(organization),
    member: member === undefined ? null : memberDocument(member),
    permissions: [...principal.permissions],
  }
}

/** A key on the wire: never its digest. */
export function keyDocument(key: ApiKey, now: Instant) {
  return {
    id: key.id,
    name: key.name,
    start: key.start,
    organizationId: key.organizationId,
    memberId: key.memberId,
    projectId: key.projectId,
    agentId: key.agentId,
    permissions: [...key.permissions],
    allow: key.allow.map(ruleDocument),
    deny: key.deny.map(ruleDocument),
    ratePerMinute: key.ratePerMinute,
    strict: key.strict,
    status: statusOf(key, now),
    createdAt: toRfc3339(key.createdAt),
    expiresAt: toRfc3339(key.expiresAt),
    revokedAt: key.revokedAt === null ? null : toRfc3339(key.revokedAt),
    replacedBy: key.replacedBy,
    // The minute of a first use begins before the key does.
    lastUsedAt: key.lastUsedAt === null ? null : toRfc3339(laterOf(key.lastUsedAt, key.createdAt)),
  }
}

/** A new key with its secret. */
export function issuedKeyDocument(issued: IssuedKey, now: Instant) {
  return { key: keyDocument(issued.key, now), secret: issued.secret, ...appliedDocument(issued) }
}

/** What gateways know of a change. */
export function appliedDocument({ snapshotVersion, pendingGateways }: AppliedChange) {
  return { snapshotVersion, pendingGateways: [...pendingGateways] }
}

function laterOf(a: Instant, b: Instant): Instant {
  return a > b ? a : b
}

function ruleDocument({ serverId, tools }: ApiKey['allow'][number]) {
  return tools === undefined ? { serverId } : { serverId, tools: [...tools] }
}
