import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Seal } from '../ports.ts'
import type { Holder } from '../upstream-auth/connection.ts'
import type { Attempt, AttemptStore } from '../upstream-auth/ports.ts'
import { holderOf } from './postgres-connections.ts'

type Row = {
  server_id: string
  holder_kind: Holder['kind']
  holder_id: string
  member_id: string
  pending_sealed: Buffer
  expires_at: Instant
}

/** Attempts in PostgreSQL, by the digest of their state; the PKCE verifier is sealed. */
export function createPostgresAttempts(seal: Seal): AttemptStore {
  return {
    async add(tx, digest, attempt, keepMax) {
      const { serverId, holder, memberId, serverUrl, pending, expiresAt } = attempt
      const sealed = seal.seal(JSON.stringify({ serverUrl, pending }), contextOf(digest))
      await pgOf(tx).query({
        text: `insert into hub.connection_attempts (state_digest, server_id, holder_kind, holder_id, member_id,
                 pending_sealed, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          digest,
          toUuid(serverId),
          holder.kind,
          toUuid(holder.id),
          toUuid(memberId),
          sealed,
          toRfc3339(expiresAt),
        ],
      })
      await pgOf(tx).query({
        text: `delete from hub.connection_attempts where state_digest in (
                 select state_digest from hub.connection_attempts where member_id = $1
                 order by expires_at desc offset $2)`,
        values: [toUuid(memberId), keepMax],
      })
    },
    async take(tx, digest, memberId, now) {
      const { rows } = await pgOf(tx).query<Row>({
        text: `delete from hub.connection_attempts
               where state_digest = $1 and member_id = $2 and expires_at > $3 returning *`,
        values: [digest, toUuid(memberId), toRfc3339(now)],
      })
      const [row] = rows
      if (row === undefined) return undefined
      // It was written by `add` above and is authenticated: its form is ours.
      const sealed = JSON.parse(seal.open(row.pending_sealed, contextOf(digest))) as Pick<
        Attempt,
        'serverUrl' | 'pending'
      >
      return {
        ...sealed,
        serverId: fromUuid('srv', row.server_id),
        holder: holderOf(row.holder_kind, row.holder_id),
        memberId,
        expiresAt: row.expires_at,
      }
    },
    async reap(tx, now) {
      const { rowCount } = await pgOf(tx).query({
        text: 'delete from hub.connection_attempts where expires_at <= $1',
        values: [toRfc3339(now)],
      })
      return rowCount ?? 0
    },
  }
}

function contextOf(digest: Buffer): string {
  return `v1|hub.connection_attempts|${digest.toString('hex')}|pending`
}
