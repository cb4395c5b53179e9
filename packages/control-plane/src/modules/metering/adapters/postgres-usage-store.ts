import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import {
  assetId,
  fromUuid,
  toRfc3339,
  toUuid,
  type Id,
  type IdPrefix,
  type Instant,
} from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { UsageStore } from '../ports.ts'
import type { Disposition, UsageEvent } from '../usage-event.ts'

type Row = {
  id: string
  incarnation_id: string
  seq: bigint
  at: Instant
  lease_id: string | null
  payer_id: string
  key_id: string
  member_id: string | null
  server_id: string
  publisher_id: string
  method: string
  tool: string
  price_id: string | null
  fee_bps: number
  asset: string
  reserved: bigint
  amount: bigint
  posted: bigint
  disposition: Disposition
  transfer_id: string | null
  outcome: CallOutcomeKind
  purchase_id: string | null
  attempt: bigint
  snapshot_version: bigint
  duration_ms: number
  request_bytes: bigint
  result_bytes: bigint
}

const ADD = `insert into metering.usage_events (id, incarnation_id, seq, at, lease_id, payer_id, key_id,
    member_id, server_id, publisher_id, method, tool, price_id, fee_bps, asset, reserved, amount, posted,
    disposition, transfer_id, outcome, purchase_id, attempt, snapshot_version, duration_ms, request_bytes,
    result_bytes)
  select * from jsonb_to_recordset($1::jsonb) as event (id uuid, incarnation_id uuid, seq bigint,
    at timestamptz, lease_id uuid, payer_id uuid, key_id uuid, member_id uuid, server_id uuid,
    publisher_id uuid, method text, tool text, price_id uuid, fee_bps integer, asset text,
    reserved numeric, amount numeric, posted numeric, disposition text, transfer_id uuid, outcome text,
    purchase_id uuid, attempt bigint, snapshot_version bigint, duration_ms double precision,
    request_bytes bigint, result_bytes bigint)`

/** Usage events in `metering.usage_events`. */
export const postgresUsageStore: UsageStore = {
  async add(tx, events) {
    if (events.length === 0) return
    await pgOf(tx).query({
      name: 'metering.add_usage',
      text: ADD,
      values: [JSON.stringify(events.map(rowOf))],
    })
  },
  async known(tx, ids) {
    if (ids.length === 0) return []
    const { rows } = await pgOf(tx).query<{ id: string }>({
      name: 'metering.known_usage',
      text: 'select id from metering.usage_events where id = any($1::uuid[])',
      values: [ids.map(toUuid)],
    })
    return rows.map(({ id }) => fromUuid('evt', id))
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: 'select * from metering.usage_events where id = $1',
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : eventOf(rows[0])
  },
  async page(tx, { organizationId, side, serverId, before, limit }) {
    const party = side === 'payer' ? 'payer_id' : 'publisher_id'
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from metering.usage_events
             where ${party} = $1 and ($2::uuid is null or server_id = $2)
               and ($3::uuid is null or id < $3)
             order by id desc limit $4`,
      values: [
        toUuid(organizationId),
        serverId === undefined ? null : toUuid(serverId),
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(eventOf)
  },
}

function rowOf(event: UsageEvent): Record<string, string | number | null> {
  return {
    id: toUuid(event.id),
    incarnation_id: toUuid(event.incarnationId),
    seq: event.seq,
    at: toRfc3339(event.at),
    lease_id: uuidOf(event.leaseId),
    payer_id: toUuid(event.payerId),
    key_id: toUuid(event.keyId),
    member_id: uuidOf(event.memberId),
    server_id: toUuid(event.serverId),
    publisher_id: toUuid(event.publisherId),
    method: event.method,
    tool: event.tool,
    price_id: uuidOf(event.priceId),
    fee_bps: event.feeBps,
    asset: event.asset,
    reserved: event.reserved.toString(),
    amount: event.amount.toString(),
    posted: event.posted.toString(),
    disposition: event.disposition,
    transfer_id: uuidOf(event.transferId),
    outcome: event.outcome,
    purchase_id: uuidOf(event.purchaseId),
    attempt: event.attempt,
    snapshot_version: event.snapshotVersion,
    duration_ms: event.durationMs,
    request_bytes: event.requestBytes,
    result_bytes: event.resultBytes,
  }
}

function uuidOf(id: Id<IdPrefix> | null): string | null {
  return id === null ? null : toUuid(id)
}

function eventOf(row: Row): UsageEvent {
  return {
    id: fromUuid('evt', row.id),
    incarnationId: fromUuid('inc', row.incarnation_id),
    seq: Number.parseInt(row.seq.toString(), 10),
    at: row.at,
    leaseId: row.lease_id === null ? null : fromUuid('les', row.lease_id),
    payerId: fromUuid('org', row.payer_id),
    keyId: fromUuid('key', row.key_id),
    memberId: row.member_id === null ? null : fromUuid('mbr', row.member_id),
    serverId: fromUuid('srv', row.server_id),
    publisherId: fromUuid('org', row.publisher_id),
    method: row.method,
    tool: row.tool,
    priceId: row.price_id === null ? null : fromUuid('prc', row.price_id),
    feeBps: row.fee_bps,
    asset: assetId(row.asset),
    reserved: row.reserved,
    amount: row.amount,
    posted: row.posted,
    disposition: row.disposition,
    transferId: row.transfer_id === null ? null : fromUuid('txn', row.transfer_id),
    outcome: row.outcome,
    purchaseId: row.purchase_id === null ? null : fromUuid('pur', row.purchase_id),
    attempt: Number.parseInt(row.attempt.toString(), 10),
    snapshotVersion: Number.parseInt(row.snapshot_version.toString(), 10),
    durationMs: row.duration_ms,
    requestBytes: Number.parseInt(row.request_bytes.toString(), 10),
    resultBytes: Number.parseInt(row.result_bytes.toString(), 10),
  }
}
