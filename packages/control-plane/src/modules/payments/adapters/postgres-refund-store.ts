import { assert, assetId, fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { RefundStore } from '../refund/ports.ts'
import type { Refund } from '../refund/refund.ts'

type Row = {
  id: string
  event_id: string
  payer_id: string
  publisher_id: string
  server_id: string
  tool: string
  asset: string
  amount: bigint
  fee: bigint
  owed: bigint
  reason: string
  given_by: string
  idempotency_key: string
  created_at: Instant
  share_id: string | null
  shares: bigint[]
  called_at: Instant
}

/** Whose refunds a page shows. */
const SIDES = {
  payer: 'payer_id = $1',
  publisher: 'publisher_id = $1',
  any: '(payer_id = $1 or publisher_id = $1)',
} as const

/** Refunds and what calls were charged, in PostgreSQL. */
export const postgresRefundStore: RefundStore = {
  async lockCapture(tx, { eventId, asset, captured }) {
    await pgOf(tx).query({
      name: 'payments.add_capture',
      text: `insert into payments.captures (event_id, asset, captured) values ($1, $2, $3)
             on conflict do nothing`,
      values: [toUuid(eventId), asset, captured],
    })
    const { rows } = await pgOf(tx).query<{ captured: bigint; refunded: bigint }>({
      name: 'payments.lock_capture',
      text: `select captured, refunded from payments.captures where event_id = $1
             for no key update`,
      values: [toUuid(eventId)],
    })
    const [row] = rows
    assert(row?.captured === captured, 'a call was charged once')
    return { eventId, asset, captured, refunded: row.refunded }
  },
  async ofKey(tx, givenBy, key) {
    const { rows } = await pgOf(tx).query<Row>({
      text: 'select * from payments.refunds where given_by = $1 and idempotency_key = $2',
      values: [toUuid(givenBy), key],
    })
    return rows[0] === undefined ? undefined : refundOf(rows[0])
  },
  async add(tx, refund) {
    const { rowCount } = await pgOf(tx).query({
      name: 'payments.add_refund',
      text: `insert into payments.refunds (id, event_id, payer_id, publisher_id, server_id, tool,
               asset, amount, fee, owed, reason, given_by, idempotency_key, created_at,
               share_id, shares, called_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             on conflict (given_by, idempotency_key) do nothing`,
      values: [
        toUuid(refund.id),
        toUuid(refund.eventId),
        toUuid(refund.payerId),
        toUuid(refund.publisherId),
        toUuid(refund.serverId),
        refund.tool,
        refund.asset,
        refund.amount,
        refund.fee,
        refund.owed,
        refund.reason,
        toUuid(refund.givenBy),
        refund.idempotencyKey,
        toRfc3339(refund.createdAt),
        refund.shareId === null ? null : toUuid(refund.shareId),
        refund.shares,
        toRfc3339(refund.calledAt),
      ],
    })
    return rowCount === 1
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: 'select * from payments.refunds where id = $1',
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : refundOf(rows[0])
  },
  async ofServer(tx, { publisherId, serverId, month }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from payments.refunds where publisher_id = $1 and server_id = $2
               and called_at >= to_date($3, 'YYYY-MM')::timestamp at time zone 'UTC'
               and called_at < (to_date($3, 'YYYY-MM') + interval '1 month') at time zone 'UTC'`,
      values: [toUuid(publisherId), toUuid(serverId), month],
    })
    return rows.map(refundOf)
  },
  async page(tx, { organizationId, side, eventId, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from payments.refunds
             where ($1::uuid is null or ${SIDES[side]}) and ($2::uuid is null or event_id = $2)
               and ($3::uuid is null or id < $3)
             order by id desc limit $4`,
      values: [
        organizationId === null ? null : toUuid(organizationId),
        eventId === undefined ? null : toUuid(eventId),
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(refundOf)
  },
}

function refundOf(row: Row): Refund {
  return {
    id: fromUuid('rfd', row.id),
    eventId: fromUuid('evt', row.event_id),
    payerId: fromUuid('org', row.payer_id),
    publisherId: fromUuid('org', row.publisher_id),
    serverId: fromUuid('srv', row.server_id),
    tool: row.tool,
    asset: assetId(row.asset),
    amount: row.amount,
    fee: row.fee,
    owed: row.owed,
    reason: row.reason,
    givenBy: fromUuid('org', row.given_by),
    idempotencyKey: row.idempotency_key,
    createdAt: row.created_at,
    shareId: row.share_id === null ? null : fromUuid('shr', row.share_id),
    shares: row.shares,
    calledAt: row.called_at,
  }
}
