import { SnapshotChange } from '@mcp-orchestra/api/snapshot'
import { assert } from '@mcp-orchestra/kernel'
import type { Database } from '../postgres/database.ts'
import type { BodyCodec } from './sealed-body.ts'

/** Changes in one delta at most: a line stays well under a few megabytes. */
const DELTA_CHANGES_MAX = 500
/** Changes that are kept for deltas: hours of busy work; who is further behind gets a full snapshot. */
export const CHANGES_KEPT = 20_000

/** A consistent set of changes and the version they bring a reader to. */
export type SnapshotPart = { readonly version: number; readonly changes: SnapshotChange[] }

/** Reads of the snapshot log. */
export interface SnapshotFeed {
  head(): Promise<number>
  full(): Promise<SnapshotPart>
  /** What came after a version; undefined when that part of the log is gone. Empty when nothing did. */
  after(version: number): Promise<SnapshotPart | undefined>
  /** Deletes what no delta needs any more; returns how many changes. */
  prune(): Promise<number>
}

type Row = { version: bigint; kind: string; id: string; body: unknown }

/** The log in PostgreSQL; each read is one statement, so it sees one moment. */
export function createSnapshotFeed(database: Database, codec: BodyCodec): SnapshotFeed {
  function changeOf(row: Row): SnapshotChange {
    const body = row.body === null ? null : codec.read(row.kind, row.id, row.body)
    return SnapshotChange.parse({ kind: row.kind, id: row.id, body })
  }

  return {
    async head() {
      const { rows } = await database.query<{ version: bigint }>({
        name: 'snapshot-head',
        text: 'select version from snapshot.head',
      })
      assert(rows[0] !== undefined, 'the snapshot has a head')
      return Number(rows[0].version)
    },
    async full() {
      const { rows } = await database.query<Omit<Row, 'kind'> & { kind: string | null }>({
        text: `select h.version, e.kind, e.id, e.body
               from snapshot.head h left join snapshot.entities e on true order by e.kind, e.id`,
      })
      assert(rows[0] !== undefined, 'the snapshot has a head')
      const version = Number(rows[0].version)
      const changes: SnapshotChange[] = []
      for (const row of rows) {
        if (row.kind !== null) changes.push(changeOf({ ...row, kind: row.kind }))
      }
      return { version, changes }
    },
    async after(version) {
      const { rows } = await database.query<Row>({
        name: 'snapshot-after',
        text: `select version, kind, id, body from snapshot.changes
               where version > $1 order by version limit ${DELTA_CHANGES_MAX}`,
        values: [version],
      })
      const first = rows[0]
      if (first === undefined) return { version, changes: [] }
      if (Number(first.version) !== version + 1) return undefined
      return { version: Number(rows.at(-1)?.version), changes: rows.map(changeOf) }
    },
    async prune() {
      const { rowCount } = await database.query({
        text: 'delete from snapshot.changes where version <= (select version from snapshot.head) - $1',
        values: [CHANGES_KEPT],
      })
      return rowCount ?? 0
    },
  }
}
