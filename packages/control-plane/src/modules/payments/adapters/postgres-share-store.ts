import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { ShareStore } from '../share/ports.ts'
import type { ShareAgreement, ShareRole } from '../share/share-agreement.ts'

type Row = {
  id: string
  server_id: string
  version: number
  publisher_id: string
  published_at: Instant
  starts_at: Instant
  parties: { role: ShareRole; organization_id: string; bps: number }[]
}

const SELECT = `
  select a.*, coalesce((
    select jsonb_agg(jsonb_build_object('role', role, 'organization_id', organization_id, 'bps', bps)
      order by place) from payments.share_parties p where p.agreement_id = a.id), '[]') as parties
  from payments.share_agreements a`

const OF_SERVERS = `${SELECT} where server_id = any($1::uuid[]) order by server_id, version`

/** Agreements on shares in PostgreSQL. */
export const postgresShareStore: ShareStore = {
  async ofServers(tx, serverIds) {
    if (serverIds.length === 0) return []
    const { rows } = await pgOf(tx).query<Row>({
      name: 'payments.shares_of_servers',
      text: OF_SERVERS,
      values: [serverIds.map(toUuid)],
    })
    return rows.map(agreementOf)
  },
  async versionsForPublication(tx, serverId) {
    // There may be no row to lock yet: the lock is on the server's name, until commit.
    await pgOf(tx).query({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`payments.share_agreements ${serverId}`],
    })
    return postgresShareStore.ofServers(tx, [serverId])
  },
  async add(tx, { id, serverId, version, publisherId, publishedAt, startsAt, parties }) {
    await pgOf(tx).query({
      text: `insert into payments.share_agreements
               (id, server_id, version, publisher_id, published_at, starts_at)
             values ($1, $2, $3, $4, $5, $6)`,
      values: [
        toUuid(id),
        toUuid(serverId),
        version,
        toUuid(publisherId),
        toRfc3339(publishedAt),
        toRfc3339(startsAt),
      ],
    })
    await pgOf(tx).query({
      text: `insert into payments.share_parties (agreement_id, place, role, organization_id, bps)
             select $1, place, role, organization_id, bps
             from unnest($2::text[], $3::uuid[], $4::integer[])
               with ordinality as p (role, organization_id, bps, place)`,
      values: [
        toUuid(id),
        parties.map(({ role }) => role),
        parties.map(({ organizationId }) => toUuid(organizationId)),
        parties.map(({ bps }) => bps),
      ],
    })
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where a.id = $1`,
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : agreementOf(rows[0])
  },
}

function agreementOf(row: Row): ShareAgreement {
  return {
    id: fromUuid('shr', row.id),
    serverId: fromUuid('srv', row.server_id),
    version: row.version,
    publisherId: fromUuid('org', row.publisher_id),
    publishedAt: row.published_at,
    startsAt: row.starts_at,
    parties: row.parties.map(({ role, organization_id, bps }) => ({
      role,
      organizationId: fromUuid('org', organization_id),
      bps,
    })),
  }
}
