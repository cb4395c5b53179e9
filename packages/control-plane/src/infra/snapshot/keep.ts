import { isDeepStrictEqual } from 'node:util'
import {
  SNAPSHOT_ENTITIES,
  type SnapshotBody,
  type SnapshotKind,
  type SnapshotWriter,
} from '@mcp-orchestra/api/snapshot'
import type { Transaction } from '@mcp-orchestra/kernel'
import { pgOf } from '../postgres/index.ts'
import type { BodyCodec } from './sealed-body.ts'

/** Entities that come from configuration: written when they differ from what gateways have. */
export interface SnapshotKeeper {
  /** Makes the entities of a kind exactly these; a start without a change makes no version. */
  keep<K extends SnapshotKind>(
    tx: Transaction,
    kind: K,
    bodies: readonly SnapshotBody<K>[],
  ): Promise<void>
}

/** Compares with the entities in the database. */
export function createSnapshotKeeper(deps: {
  readonly codec: BodyCodec
  readonly writer: SnapshotWriter
}): SnapshotKeeper {
  return {
    async keep(tx, kind, bodies) {
      const { rows } = await pgOf(tx).query<{ id: string; body: unknown }>({
        text: 'select id, body from snapshot.entities where kind = $1',
        values: [kind],
      })
      const present = new Map(rows.map(({ id, body }) => [id, body]))
      for (const body of bodies) {
        const stored = present.get(body.id)
        present.delete(body.id)
        const wanted: unknown = SNAPSHOT_ENTITIES[kind].parse(body)
        const same =
          stored !== undefined && isDeepStrictEqual(deps.codec.read(kind, body.id, stored), wanted)
        if (!same) await deps.writer.put(tx, kind, body.id, body)
      }
      for (const id of present.keys()) await deps.writer.put(tx, kind, id, null)
    },
  }
}
