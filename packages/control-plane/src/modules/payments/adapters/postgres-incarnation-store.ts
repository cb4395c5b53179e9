import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Incarnation, IncarnationState } from '../incarnation/incarnation.ts'
import type { IncarnationStore } from '../ports.ts'
import { toSafeInt } from './safe-int.ts'

type Row = {
  id: string
  slot: string
  state: IncarnationState
  reported_epoch: number
  reported_seq: bigint
  successor_id: string | null
  registered_at: Instant
}

// Grants shut out each other and the end, but not batches; batches only the end (PostgreSQL manual §13.3.2).
const LOCKS = {
  grant: 'for no key update',
  batch: 'for key share',
  end: 'for update',
} as const

/** Incarnations and journal cursors in PostgreSQL. */
export const postgresIncarnationStore: IncarnationStore = {
  async add(tx, incarnation, genesis) {
    const { rowCount } = await pgOf(tx).query({
      text: `insert into payments.incarnations (id, slot, state, reported_epoch, registered_at)
             values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
      values: [
        toUuid(incarnation.id),
        incarnation.slot,
        incarnation.state,
        incarnation.reportedEpoch,
        toRfc3339(incarnation.registeredAt),
      ],
    })
    if (rowCount === 0) return false
    await pgOf(tx).query({
      text: 'insert into payments.journal_cursor (incarnation_id, seq, hash) values ($1, $2, $3)',
      values: [toUuid(incarnation.id), genesis.seq, genesis.hash],
    })
    return true
  },
  async lock(tx, id, purpose) {
    const { rows } = await pgOf(tx).query<Row>({
      name: `payments.lock_incarnation_${purpose}`,
      text: `select * from payments.incarnations where id = $1 ${LOCKS[purpose]}`,
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : incarnationOf(rows[0])
  },
  async close(tx, id, state, at) {
    await pgOf(tx).query({
      text: 'update payments.incarnations set state = $2, closed_at = $3 where id = $1',
      values: [toUuid(id), state, toRfc3339(at)],
    })
  },
  async succeed(tx, id, successorId) {
    await pgOf(tx).query({
      text: 'update payments.incarnations set successor_id = $2 where id = $1 and id <> $2',
      values: [toUuid(id), toUuid(successorId)],
    })
  },
  async report(tx, id, epoch, seq) {
    await pgOf(tx).query({
      text: `update payments.incarnations
             set reported_epoch = $2, reported_seq = greatest(reported_seq, $3) where id = $1`,
      values: [toUuid(id), epoch, seq],
    })
  },
  async openOfSlot(tx, slot) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from payments.incarnations where slot = $1 and state = 'open' order by id`,
      values: [slot],
    })
    return rows.map(incarnationOf)
  },
  async behind(tx, epoch) {
    const { rows } = await pgOf(tx).query<{ id: string }>({
      text: `select i.id from payments.incarnations i
             join payments.journal_cursor c on c.incarnation_id = i.id
             where i.state = 'open' and (i.reported_epoch < $1 or c.seq < i.reported_seq)
             order by i.id`,
      values: [epoch],
    })
    return rows.map(({ id }) => fromUuid('inc', id))
  },
  async reportedSlots(tx, epoch) {
    const { rows } = await pgOf(tx).query<{ slot: string }>({
      text: 'select distinct slot from payments.incarnations where reported_epoch = $1 order by slot',
      values: [epoch],
    })
    return rows.map(({ slot }) => slot)
  },
  async cursor(tx, id) {
    const { rows } = await pgOf(tx).query<{
      seq: bigint
      hash: Buffer
      state: IncarnationState
    }>({
      name: 'payments.cursor',
      text: `select c.seq, c.hash, i.state from payments.journal_cursor c
             join payments.incarnations i on i.id = c.incarnation_id where c.incarnation_id = $1`,
      values: [toUuid(id)],
    })
    const [row] = rows
    return row === undefined
      ? undefined
      : { seq: toSafeInt(row.seq), hash: row.hash, state: row.state }
  },
}

function incarnationOf(row: Row): Incarnation {
  return {
    id: fromUuid('inc', row.id),
    slot: row.slot,
    state: row.state,
    reportedEpoch: row.reported_epoch,
    reportedSeq: toSafeInt(row.reported_seq),
    successorId: row.successor_id === null ? null : fromUuid('inc', row.successor_id),
    registeredAt: row.registered_at,
  }
}
