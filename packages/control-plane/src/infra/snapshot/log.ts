import { SNAPSHOT_ENTITIES, type SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import { assert } from '@mcp-orchestra/kernel'
import { pgOf } from '../postgres/transaction.ts'
import type { BodyCodec } from './sealed-body.ts'

/** The NOTIFY channel that wakes publishers; the payload is the new version. */
export const SNAPSHOT_CHANNEL = 'snapshot_changed'

/**
 * The numbered log of what gateways must know. A version is taken under a row lock that lasts until
 * commit, so versions are without gaps and in commit order; the notification leaves with the commit.
 */
export function createSnapshotLog({ codec }: { codec: BodyCodec }): SnapshotWriter {
  return {
    async put(tx, kind, id, body) {
      // The gateway trusts what it gets: a body that the wire does not know must not reach the log.
      const parsed = body === null ? null : SNAPSHOT_ENTITIES[kind].parse(body)
      const sql = pgOf(tx)
      const { rows } = await sql.query<{ version: bigint }>({
        name: 'snapshot-take-version',
        text: 'update snapshot.head set version = version + 1 returning version',
      })
      const version = rows[0]?.version
      assert(version !== undefined, 'the snapshot has a head')
      const stored = parsed === null ? null : codec.write(kind, id, parsed)
      await sql.query({
        name: 'snapshot-append',
        text: 'insert into snapshot.changes (version, kind, id, body) values ($1, $2, $3, $4)',
        values: [version, kind, id, stored],
      })
      if (stored === null) {
        await sql.query({
          text: 'delete from snapshot.entities where kind = $1 and id = $2',
          values: [kind, id],
        })
      } else {
        await sql.query({
          name: 'snapshot-keep',
          text: `insert into snapshot.entities (kind, id, version, body) values ($1, $2, $3, $4)
                 on conflict (kind, id) do update set version = excluded.version, body = excluded.body`,
          values: [kind, id, version, stored],
        })
      }
      await sql.query({
        text: 'select pg_notify($1, $2)',
        values: [SNAPSHOT_CHANNEL, version.toString()],
      })
      return Number(version)
    },
  }
}
