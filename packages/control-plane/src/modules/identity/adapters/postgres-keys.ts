import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { ApiKey } from '../key.ts'
import type { KeyStore } from '../ports.ts'

type KeyRow = {
  id: string
  organization_id: string
  member_id: string | null
  purpose: ApiKey['purpose']
  name: string
  start: string
  digest: string
  permissions: ApiKey['permissions']
  allow: ApiKey['allow']
  deny: ApiKey['deny']
  rate_per_minute: number
  strict: boolean
  created_at: Instant
  expires_at: Instant
  revoked_at: Instant | null
  replaced_by: string | null
  last_used_at: Instant | null
  project_id: string | null
  agent_id: string | null
  root_id: string | null
}

const SELECT = `select id, organization_id, member_id, purpose, name, start, encode(digest, 'hex') as digest,
  permissions, allow, deny, rate_per_minute, strict, created_at, expires_at, revoked_at, replaced_by, last_used_at,
  project_id, agent_id, root_id from identity.api_keys`

/** Keys in PostgreSQL: digests only. */
export const postgresKeys: KeyStore = {
  async insert(tx, key) {
    await pgOf(tx).query({
      text: `insert into identity.api_keys (id, organization_id, member_id, purpose, name, start, digest,
               permissions, allow, deny, rate_per_minute, strict, created_at, expires_at, project_id, agent_id, root_id)
             values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      values: [
        toUuid(key.id),
        toUuid(key.organizationId),
        key.memberId === null ? null : toUuid(key.memberId),
        key.purpose,
        key.name,
        key.start,
        key.digest,
        key.permissions,
        JSON.stringify(key.allow),
        JSON.stringify(key.deny),
        key.ratePerMinute,
        key.strict,
        toRfc3339(key.createdAt),
        toRfc3339(key.expiresAt),
        key.projectId === null ? null : toUuid(key.projectId),
        key.agentId === null ? null : toUuid(key.agentId),
        key.rootId === key.id ? null : toUuid(key.rootId),
      ],
    })
  },
  async lock(tx, id) {
    const { rows } = await pgOf(tx).query<KeyRow>({
      text: `${SELECT} where id = $1 for update`,
      values: [toUuid(id)],
    })
    return rows.map(keyOf)[0]
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<KeyRow>({
      name: 'identity-key',
      text: `${SELECT} where id = $1`,
      values: [toUuid(id)],
    })
    return rows.map(keyOf)[0]
  },
  async findByDigest(tx, digest) {
    const { rows } = await pgOf(tx).query<KeyRow>({
      name: 'identity-key-by-digest',
      text: `${SELECT} where digest = decode($1, 'hex')`,
      values: [digest],
    })
    return rows.map(keyOf)[0]
  },
  async list(tx, organizationId, { before, limit }) {
    const { rows } = await pgOf(tx).query<KeyRow>({
      text: `${SELECT} where organization_id = $1 and purpose = 'standard'
             and ($2::uuid is null or id < $2) order by id desc limit $3`,
      values: [toUuid(organizationId), before === undefined ? null : toUuid(before), limit],
    })
    return rows.map(keyOf)
  },
  async countActive(tx, organizationId, at) {
    const { rows } = await pgOf(tx).query<{ count: bigint }>({
      text: `select count(*) from identity.api_keys
             where organization_id = $1 and revoked_at is null and expires_at > $2`,
      values: [toUuid(organizationId), toRfc3339(at)],
    })
    return Number(rows[0]?.count ?? 0n)
  },
  async lockCallKeys(tx, memberId, at) {
    const { rows } = await pgOf(tx).query<KeyRow>({
      text: `${SELECT} where member_id = $1 and purpose = 'call' and revoked_at is null
             and expires_at > $2 order by id for update`,
      values: [toUuid(memberId), toRfc3339(at)],
    })
    return rows.map(keyOf)
  },
  async update(tx, key) {
    await pgOf(tx).query({
      text: `update identity.api_keys set expires_at = $2, revoked_at = $3::timestamptz, replaced_by = $4,
               announced = announced and $3::timestamptz is null where id = $1`,
      values: [
        toUuid(key.id),
        toRfc3339(key.expiresAt),
        key.revokedAt === null ? null : toRfc3339(key.revokedAt),
        key.replacedBy === null ? null : toUuid(key.replacedBy),
      ],
    })
  },
  async noteUse(tx, uses) {
    if (uses.size === 0) return
    await pgOf(tx).query({
      name: 'identity-note-key-use',
      // Rows that have it are neither written nor locked; the others are locked in order, so that no two deadlock.
      text: `with used as (select * from unnest($1::uuid[], $2::timestamptz[]) as u (id, at)),
             due as (select key.id, used.at from identity.api_keys as key join used on used.id = key.id
                     where key.last_used_at is null or key.last_used_at < used.at
                     order by key.id for no key update of key)
             update identity.api_keys as key set last_used_at = due.at from due where key.id = due.id`,
      values: [[...uses.keys()].map(toUuid), [...uses.values()].map(toRfc3339)],
    })
  },
  async takeExpired(tx, at, limit) {
    const { rows } = await pgOf(tx).query<{ id: string }>({
      text: `update identity.api_keys set announced = false where id in (
               select id from identity.api_keys where announced and expires_at <= $1
               order by expires_at limit $2 for update skip locked)
             returning id`,
      values: [toRfc3339(at), limit],
    })
    return rows.map(({ id }) => fromUuid('key', id))
  },
}

function keyOf(row: KeyRow): ApiKey {
  return {
    id: fromUuid('key', row.id),
    organizationId: fromUuid('org', row.organization_id),
    memberId: row.member_id === null ? null : fromUuid('mbr', row.member_id),
    purpose: row.purpose,
    name: row.name,
    start: row.start,
    digest: row.digest,
    permissions: row.permissions,
    allow: row.allow,
    deny: row.deny,
    ratePerMinute: row.rate_per_minute,
    strict: row.strict,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    replacedBy: row.replaced_by === null ? null : fromUuid('key', row.replaced_by),
    lastUsedAt: row.last_used_at,
    projectId: row.project_id === null ? null : fromUuid('prj', row.project_id),
    agentId: row.agent_id === null ? null : fromUuid('agt', row.agent_id),
    rootId: fromUuid('key', row.root_id ?? row.id),
  }
}
