import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { KeyGroup } from '../key-group.ts'
import type { KeyGroupStore } from '../ports.ts'

type Row = {
  id: string
  organization_id: string
  kind: KeyGroup['kind']
  name: string
  created_at: Instant
}

/** Projects and agents in PostgreSQL. */
export const postgresKeyGroups: KeyGroupStore = {
  async insert(tx, group) {
    await pgOf(tx).query({
      text: `insert into identity.key_groups (id, organization_id, kind, name, created_at)
             values ($1, $2, $3, $4, $5)`,
      values: [
        toUuid(group.id),
        toUuid(group.organizationId),
        group.kind,
        group.name,
        toRfc3339(group.createdAt),
      ],
    })
  },
  async lock(tx, id, strength = 'change') {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from identity.key_groups where id = $1 and removed_at is null
             ${strength === 'change' ? 'for update' : 'for share'}`,
      values: [toUuid(id)],
    })
    return rows.map(groupOf).find((group) => group.id === id)
  },
  async list(tx, organizationId, { kind, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from identity.key_groups where organization_id = $1 and removed_at is null
               and ($2::text is null or kind = $2) and ($3::uuid is null or id < $3)
             order by id desc limit $4`,
      values: [
        toUuid(organizationId),
        kind ?? null,
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(groupOf)
  },
  async count(tx, organizationId) {
    const { rows } = await pgOf(tx).query<{ count: number }>({
      text: `select count(*)::int as count from identity.key_groups
             where organization_id = $1 and removed_at is null`,
      values: [toUuid(organizationId)],
    })
    return rows[0]?.count ?? 0
  },
  async hasActiveKeys(tx, { id, kind }, at) {
    const column = kind === 'project' ? 'project_id' : 'agent_id'
    const { rows } = await pgOf(tx).query({
      text: `select 1 from identity.api_keys
             where ${column} = $1 and revoked_at is null and expires_at > $2 limit 1`,
      values: [toUuid(id), toRfc3339(at)],
    })
    return rows.length > 0
  },
  async remove(tx, id, at) {
    await pgOf(tx).query({
      text: 'update identity.key_groups set removed_at = $2 where id = $1',
      values: [toUuid(id), toRfc3339(at)],
    })
  },
}

function groupOf({ id, organization_id, kind, name, created_at }: Row): KeyGroup {
  return {
    id: kind === 'project' ? fromUuid('prj', id) : fromUuid('agt', id),
    kind,
    organizationId: fromUuid('org', organization_id),
    name,
    createdAt: created_at,
  }
}
