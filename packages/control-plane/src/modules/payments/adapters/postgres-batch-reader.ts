import { fromUuid, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { BatchReader } from '../receipt/ports.ts'
import { toSafeInt } from './safe-int.ts'

const LEAF_BYTES = 32

type BatchRow = {
  place: number
  incarnation_id: string
  first_seq: bigint
  last_seq: bigint
  merkle_root: Buffer
  leaves: Buffer
  applied_at: Instant
}

// The batch that begins last at or before the place: one step in the primary key for each.
const BATCHES_OF = `
  select p.place, b.* from unnest($1::uuid[], $2::bigint[]) with ordinality as p (incarnation_id, seq, place)
  cross join lateral (select * from payments.journal_batches b
    where b.incarnation_id = p.incarnation_id and b.first_seq <= p.seq
    order by b.first_seq desc limit 1) b
  where b.last_seq >= p.seq`

/** Applied batches in PostgreSQL. */
export const postgresBatchReader: BatchReader = {
  async batchesOf(tx, places) {
    const { rows } = await pgOf(tx).query<BatchRow & { place: bigint }>({
      name: 'payments.batches_of',
      text: BATCHES_OF,
      values: [
        places.map(({ incarnationId }) => toUuid(incarnationId)),
        places.map(({ seq }) => seq),
      ],
    })
    const found = new Map(rows.map((row) => [toSafeInt(row.place), row]))
    return places.map((_, index) => {
      const row = found.get(index + 1)
      if (row === undefined) return undefined
      return {
        incarnationId: fromUuid('inc', row.incarnation_id),
        firstSeq: toSafeInt(row.first_seq),
        lastSeq: toSafeInt(row.last_seq),
        merkleRoot: row.merkle_root,
        leaves: leavesOf(row.leaves),
        appliedAt: row.applied_at,
      }
    })
  },
}

function leavesOf(leaves: Buffer): Buffer[] {
  const count = leaves.length / LEAF_BYTES
  return Array.from({ length: count }, (_, index) =>
    leaves.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES),
  )
}
