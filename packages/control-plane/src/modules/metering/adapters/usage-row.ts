import type { CallOutcomeKind, UnitsFrom } from '@mcp-orchestra/api/journal-record'
import {
  assetId,
  fromUuid,
  METERS,
  toRfc3339,
  toUuid,
  type Id,
  type IdPrefix,
  type Instant,
  type MeterUnits,
} from '@mcp-orchestra/kernel'
import { z } from 'zod'
import type { Disposition, UsageEvent } from '../usage-event.ts'

/** A row of `metering.usage_events` as the driver brings it. */
export type UsageRow = {
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
  input_tokens: bigint | null
  output_tokens: bigint | null
  units_from: UnitsFrom | null
  outcome: CallOutcomeKind
  purchase_id: string | null
  attempt: bigint
  snapshot_version: bigint
  duration_ms: number
  request_bytes: bigint
  result_bytes: bigint
  tool_hash: Buffer | null
  fee: bigint | null
  gross_before: bigint | null
  units_before: unknown
  mandate_id: string | null
  share_id: string | null
  shares: bigint[]
}

/** The columns in the order of writing, each with its type in PostgreSQL. */
export const USAGE_COLUMNS = {
  id: 'uuid',
  incarnation_id: 'uuid',
  seq: 'bigint',
  at: 'timestamptz',
  lease_id: 'uuid',
  payer_id: 'uuid',
  key_id: 'uuid',
  member_id: 'uuid',
  server_id: 'uuid',
  publisher_id: 'uuid',
  method: 'text',
  tool: 'text',
  price_id: 'uuid',
  fee_bps: 'integer',
  asset: 'text',
  reserved: 'numeric',
  amount: 'numeric',
  posted: 'numeric',
  disposition: 'text',
  transfer_id: 'uuid',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  units_from: 'text',
  outcome: 'text',
  purchase_id: 'uuid',
  attempt: 'bigint',
  snapshot_version: 'bigint',
  duration_ms: 'double precision',
  request_bytes: 'bigint',
  result_bytes: 'bigint',
  tool_hash: 'bytea',
  fee: 'numeric',
  gross_before: 'numeric',
  units_before: 'jsonb',
  mandate_id: 'uuid',
  share_id: 'uuid',
  // An array of arrays would be unnested as a whole: it travels as PostgreSQL writes it.
  shares: 'text',
} as const satisfies Record<keyof UsageRow, string>

/** An event as texts and numbers that PostgreSQL reads. */
export function rowOf(event: UsageEvent): Record<keyof UsageRow, string | number | null> {
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
    input_tokens: event.units?.input ?? null,
    output_tokens: event.units?.output ?? null,
    units_from: event.unitsFrom ?? null,
    outcome: event.outcome,
    purchase_id: uuidOf(event.purchaseId),
    attempt: event.attempt,
    snapshot_version: event.snapshotVersion,
    duration_ms: event.durationMs,
    request_bytes: event.requestBytes,
    result_bytes: event.resultBytes,
    // As PostgreSQL writes bytes: the driver would send an array of buffers one by one.
    tool_hash: event.toolHash === null ? null : `\\x${event.toolHash}`,
    fee: event.fee?.toString() ?? null,
    gross_before: event.grossBefore?.toString() ?? null,
    units_before: event.unitsBefore === undefined ? null : unitsText(event.unitsBefore),
    mandate_id: uuidOf(event.mandateId),
    share_id: uuidOf(event.shareId),
    shares: `{${event.shares.join(',')}}`,
  }
}

function uuidOf(id: Id<IdPrefix> | null): string | null {
  return id === null ? null : toUuid(id)
}

function unitsOf({ input_tokens: input, output_tokens: output, units_from: unitsFrom }: UsageRow) {
  return {
    ...(input === null || output === null
      ? {}
      : { units: { input: countOf(input), output: countOf(output) } }),
    ...(unitsFrom === null ? {} : { unitsFrom }),
  }
}

/** Amounts are texts in JSON: its numbers are not exact. */
function unitsText(units: MeterUnits): string {
  return JSON.stringify(units, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}

const UnitsBefore = z.partialRecord(z.enum(METERS), z.string().transform(BigInt))

function readUnits(value: unknown): MeterUnits {
  return UnitsBefore.parse(value)
}

function countOf(value: bigint): number {
  return Number.parseInt(value.toString(), 10)
}

/** The event that a row holds. */
export function eventOf(row: UsageRow): UsageEvent {
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
    ...unitsOf(row),
    outcome: row.outcome,
    purchaseId: row.purchase_id === null ? null : fromUuid('pur', row.purchase_id),
    attempt: Number.parseInt(row.attempt.toString(), 10),
    snapshotVersion: Number.parseInt(row.snapshot_version.toString(), 10),
    durationMs: row.duration_ms,
    requestBytes: Number.parseInt(row.request_bytes.toString(), 10),
    resultBytes: Number.parseInt(row.result_bytes.toString(), 10),
    toolHash: row.tool_hash?.toString('hex') ?? null,
    fee: row.fee,
    ...(row.gross_before === null ? {} : { grossBefore: row.gross_before }),
    ...(row.units_before === null ? {} : { unitsBefore: readUnits(row.units_before) }),
    mandateId: row.mandate_id === null ? null : fromUuid('mdt', row.mandate_id),
    shareId: row.share_id === null ? null : fromUuid('shr', row.share_id),
    shares: row.shares,
  }
}
