import { assert, assetId, fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Dispute, DisputeState } from '../dispute/dispute.ts'
import type { DisputeStore } from '../dispute/ports.ts'

type Row = {
  id: string
  event_id: string
  payer_id: string
  publisher_id: string
  server_id: string
  tool: string
  asset: string
  amount: bigint
  held: bigint
  reason: string
  state: DisputeState
  answer: string | null
  refund_id: string | null
  opened_at: Instant
  closed_at: Instant | null
}

/** Disputes in PostgreSQL. */
export const postgresDisputeStore: DisputeStore = {
  async ofEvent(tx, eventId) {
    const { rows } = await pgOf(tx).query<Row>({
      text: 'select * from payments.disputes where event_id = $1 order by id',
      values: [toUuid(eventId)],
    })
    return rows.map(disputeOf)
  },
  async add(tx, dispute) {
    await pgOf(tx).query({
      text: `insert into payments.disputes (id, event_id, payer_id, publisher_id, server_id, tool,
               asset, amount, held, reason, opened_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values: [
        toUuid(dispute.id),
        toUuid(dispute.eventId),
        toUuid(dispute.payerId),
        toUuid(dispute.publisherId),
        toUuid(dispute.serverId),
        dispute.tool,
        dispute.asset,
        dispute.amount,
        dispute.held,
        dispute.reason,
        toRfc3339(dispute.openedAt),
      ],
    })
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: 'select * from payments.disputes where id = $1',
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : disputeOf(rows[0])
  },
  async close(tx, id, { state, answer, refundId, closedAt }) {
    const { rowCount } = await pgOf(tx).query({
      text: `update payments.disputes set state = $2, answer = $3, refund_id = $4, closed_at = $5
             where id = $1 and state = 'open'`,
      values: [
        toUuid(id),
        state,
        answer,
        refundId === null ? null : toUuid(refundId),
        toRfc3339(closedAt),
      ],
    })
    assert(rowCount === 1, 'an open dispute was read under its publisher’s lock')
  },
  async page(tx, { organizationId, state, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from payments.disputes
             where ($1::uuid is null or payer_id = $1 or publisher_id = $1)
               and ($2::text is null or state = $2) and ($3::uuid is null or id < $3)
             order by id desc limit $4`,
      values: [
        organizationId === null ? null : toUuid(organizationId),
        state ?? null,
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(disputeOf)
  },
}

function disputeOf(row: Row): Dispute {
  return {
    id: fromUuid('dsp', row.id),
    eventId: fromUuid('evt', row.event_id),
    payerId: fromUuid('org', row.payer_id),
    publisherId: fromUuid('org', row.publisher_id),
    serverId: fromUuid('srv', row.server_id),
    tool: row.tool,
    asset: assetId(row.asset),
    amount: row.amount,
    held: row.held,
    reason: row.reason,
    state: row.state,
    answer: row.answer,
    refundId: row.refund_id === null ? null : fromUuid('rfd', row.refund_id),
    openedAt: row.opened_at,
    closedAt: row.closed_at,
  }
}
