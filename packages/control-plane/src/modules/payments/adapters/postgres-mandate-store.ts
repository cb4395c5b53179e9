import { assetId, fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Mandate, MandateStanding } from '../mandate/mandate.ts'
import type { MandateStore } from '../ports.ts'

type Row = {
  id: string
  organization_id: string
  name: string
  principal_kind: Mandate['principal']['kind']
  principal_id: string
  allow: Mandate['allow']
  asset: string
  spend_limit: bigint
  per_call: bigint | null
  created_by: string
  created_at: Instant
  expires_at: Instant
  revoked_at: Instant | null
  taken: bigint
}

/** What its cap in total holds, also after the cap was taken from the gateways. */
const SELECT = `select m.*, coalesce((select sum(w.taken) from payments.caps c
    join payments.cap_windows w on w.cap_id = c.id
    where c.scope_kind = 'mandate' and c.scope_id = m.id), 0) as taken
  from payments.mandates m`

/** Mandates in PostgreSQL. */
export const postgresMandateStore: MandateStore = {
  async add(tx, mandate) {
    await pgOf(tx).query({
      text: `insert into payments.mandates (id, organization_id, name, principal_kind, principal_id, allow,
               asset, spend_limit, per_call, created_by, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      values: [
        toUuid(mandate.id),
        toUuid(mandate.organizationId),
        mandate.name,
        mandate.principal.kind,
        toUuid(mandate.principal.id),
        JSON.stringify(mandate.allow),
        mandate.asset,
        mandate.limit,
        mandate.perCall,
        mandate.createdBy,
        toRfc3339(mandate.createdAt),
        toRfc3339(mandate.expiresAt),
      ],
    })
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where m.id = $1`,
      values: [toUuid(id)],
    })
    return rows.map(mandateOf)[0]
  },
  async revoke(tx, id, at) {
    await pgOf(tx).query({
      text: 'update payments.mandates set revoked_at = $2 where id = $1',
      values: [toUuid(id), toRfc3339(at)],
    })
  },
  async announcedOf(tx, organizationId, { kind, id }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where m.announced and m.organization_id = $1 and m.principal_kind = $2
             and m.principal_id = $3 order by m.id`,
      values: [toUuid(organizationId), kind, toUuid(id)],
    })
    return rows.map(mandateOf)
  },
  async forget(tx, ids) {
    await pgOf(tx).query({
      text: 'update payments.mandates set announced = false where id = any($1::uuid[])',
      values: [ids.map(toUuid)],
    })
  },
  async page(tx, { organizationId, principalId, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where m.organization_id = $1 and ($2::uuid is null or m.principal_id = $2)
               and ($3::uuid is null or m.id < $3)
             order by m.id desc limit $4`,
      values: [
        toUuid(organizationId),
        principalId === undefined ? null : toUuid(principalId),
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(mandateOf)
  },
}

function mandateOf(row: Row): MandateStanding {
  return {
    id: fromUuid('mdt', row.id),
    organizationId: fromUuid('org', row.organization_id),
    name: row.name,
    principal:
      row.principal_kind === 'agent'
        ? { kind: 'agent', id: fromUuid('agt', row.principal_id) }
        : { kind: 'key', id: fromUuid('key', row.principal_id) },
    allow: row.allow,
    asset: assetId(row.asset),
    limit: row.spend_limit,
    perCall: row.per_call,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    taken: row.taken,
  }
}
