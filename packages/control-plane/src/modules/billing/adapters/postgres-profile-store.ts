import { toRfc3339, toUuid } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Party } from '../profile/party.ts'
import type { ProfileStore } from '../ports.ts'

/** Billing profiles in PostgreSQL. */
export const postgresProfileStore: ProfileStore = {
  async latest(tx, organizationId) {
    const { rows } = await pgOf(tx).query<{ party: Party }>({
      text: `select party from billing.profiles where organization_id = $1
             order by version desc limit 1`,
      values: [toUuid(organizationId)],
    })
    return rows[0]?.party
  },
  async add(tx, organizationId, party, at) {
    const id = toUuid(organizationId)
    // Two that save at once count one after the other.
    await pgOf(tx).query({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`billing.profile:${id}`],
    })
    const { rows } = await pgOf(tx).query<{ version: number }>({
      text: `insert into billing.profiles (organization_id, version, party, created_at)
             select $1, 1 + coalesce(max(version), 0), $2, $3
             from billing.profiles where organization_id = $1 returning version`,
      values: [id, JSON.stringify(party), toRfc3339(at)],
    })
    return rows[0]?.version ?? 1
  },
}
