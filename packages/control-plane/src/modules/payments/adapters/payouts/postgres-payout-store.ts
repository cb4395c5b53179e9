import { assetId, fromUuid, money, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../../infra/postgres/index.ts'
import type { Payout } from '../../payout/payout.ts'
import type { PayoutStore } from '../../payout/ports.ts'

type Row = {
  id: string
  publisher_id: string
  request_key: string
  rail: string
  destination_version: number
  hint: string
  asset: string
  amount: bigint
  asked: bigint | null
  state: Payout['state']
  requested_by: string
  requested_member: string | null
  needs_approval: boolean
  approved_by: string | null
  approved_member: string | null
  reference: string | null
  reason: string | null
  requested_at: Instant
  approved_at: Instant | null
  sent_at: Instant | null
  ended_at: Instant | null
}

const SELECT = `
  select p.*, d.hint from payments.payouts p join payments.payee_destinations d
    on d.organization_id = p.publisher_id and d.version = p.destination_version`

const STEP = `
  update payments.payouts set state = $2,
    approved_by = coalesce($3, approved_by),
    approved_member = coalesce($4, approved_member),
    reference = coalesce($5, reference),
    reason = coalesce($6, reason),
    approved_at = case when $2 = 'approved' then $7 else approved_at end,
    sent_at = case when $2 = 'sending' then coalesce(sent_at, $7) else sent_at end,
    ended_at = case when $2 in ('paid', 'failed', 'cancelled') then $7 else ended_at end
  where id = $1`

/** Payouts in PostgreSQL. */
export const postgresPayoutStore: PayoutStore = {
  async add(tx, payout) {
    await pgOf(tx).query({
      text: `insert into payments.payouts (id, publisher_id, request_key, rail, destination_version,
               asset, amount, asked, state, requested_by, requested_member, needs_approval, approved_by,
               requested_at, approved_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      values: [
        toUuid(payout.id),
        toUuid(payout.publisherId),
        payout.requestKey,
        payout.rail,
        payout.destinationVersion,
        payout.amount.asset,
        payout.amount.amount,
        payout.asked,
        payout.state,
        payout.requestedBy,
        payout.requestedMember === null ? null : toUuid(payout.requestedMember),
        payout.needsApproval,
        payout.approvedBy,
        toRfc3339(payout.requestedAt),
        payout.approvedAt === null ? null : toRfc3339(payout.approvedAt),
      ],
    })
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where p.id = $1`,
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : payoutOf(rows[0])
  },
  async lock(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where p.id = $1 for no key update of p`,
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : payoutOf(rows[0])
  },
  async ofRequest(tx, publisherId, key) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where p.publisher_id = $1 and p.request_key = $2`,
      values: [toUuid(publisherId), key],
    })
    return rows[0] === undefined ? undefined : payoutOf(rows[0])
  },
  async step(tx, id, { state, approvedBy, approvedMember, reference, reason }, at) {
    await pgOf(tx).query({
      text: STEP,
      values: [
        toUuid(id),
        state,
        approvedBy ?? null,
        approvedMember === undefined ? null : toUuid(approvedMember),
        reference ?? null,
        reason ?? null,
        toRfc3339(at),
      ],
    })
  },
  async page(tx, { publisherId, state, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where ($1::uuid is null or p.publisher_id = $1)
               and ($2::text is null or p.state = $2) and ($3::uuid is null or p.id < $3)
             order by p.id desc limit $4`,
      values: [
        publisherId === null ? null : toUuid(publisherId),
        state ?? null,
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(payoutOf)
  },
  async underWay(tx, after, limit) {
    const { rows } = await pgOf(tx).query<{ id: string }>({
      text: `select id from payments.payouts
             where state in ('approved', 'sending', 'unknown') and ($1::uuid is null or id > $1)
             order by id limit $2`,
      values: [after === undefined ? null : toUuid(after), limit],
    })
    return rows.map(({ id }) => fromUuid('pay', id))
  },
}

function payoutOf(row: Row): Payout {
  return {
    id: fromUuid('pay', row.id),
    publisherId: fromUuid('org', row.publisher_id),
    requestKey: row.request_key,
    rail: row.rail,
    destinationVersion: row.destination_version,
    hint: row.hint,
    amount: money(row.amount, assetId(row.asset)),
    asked: row.asked,
    state: row.state,
    requestedBy: row.requested_by,
    requestedMember: row.requested_member === null ? null : fromUuid('mbr', row.requested_member),
    needsApproval: row.needs_approval,
    approvedBy: row.approved_by,
    approvedMember: row.approved_member === null ? null : fromUuid('mbr', row.approved_member),
    reference: row.reference,
    reason: row.reason,
    requestedAt: row.requested_at,
    approvedAt: row.approved_at,
    sentAt: row.sent_at,
    endedAt: row.ended_at,
  }
}
