import { toRfc3339, toUuid, type Id } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { DocumentStore, Seal } from '../ports.ts'

/** OpenAPI documents in PostgreSQL, each sealed for its row. */
export function createPostgresDocuments(seal: Seal): DocumentStore {
  return {
    async put(tx, { serverId, organizationId, text, readAt }) {
      await pgOf(tx).query({
        text: `insert into hub.documents (server_id, organization_id, document, read_at)
               values ($1, $2, $3, $4) on conflict (server_id) do update
               set document = excluded.document, read_at = excluded.read_at`,
        values: [
          toUuid(serverId),
          toUuid(organizationId),
          seal.seal(text, contextOf(serverId)),
          toRfc3339(readAt),
        ],
      })
    },
    async find(tx, serverId) {
      const { rows } = await pgOf(tx).query<{ document: Buffer }>({
        text: 'select document from hub.documents where server_id = $1',
        values: [toUuid(serverId)],
      })
      return rows.map(({ document }) => seal.open(document, contextOf(serverId)))[0]
    },
    async remove(tx, serverId) {
      await pgOf(tx).query({
        text: 'delete from hub.documents where server_id = $1',
        values: [toUuid(serverId)],
      })
    },
    async count(tx, organizationId) {
      const { rows } = await pgOf(tx).query<{ count: bigint }>({
        text: 'select count(*) from hub.documents where organization_id = $1',
        values: [toUuid(organizationId)],
      })
      return Number(rows[0]?.count ?? 0n)
    },
  }
}

function contextOf(id: Id<'srv'>): string {
  return `v1|hub.documents|${id}|document`
}
