import {
  assetId,
  fromUuid,
  toRfc3339,
  toUuid,
  type Instant,
  type Meter,
} from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import { shareIdOf, shareKeyOf, type Month } from '../../metering/index.ts'
import type { FeeKey, FeeTotal } from '../journal/batch-plan.ts'
import type { Intent } from '../journal/entry.ts'
import type { MeterKey, MeterTotal } from '../journal/meter-total.ts'
import type { JournalStore } from '../ports.ts'
import * as sql from './journal-statements.ts'
import { toSafeInt } from './safe-int.ts'

type IntentRow = {
  id: string
  at: Instant
  lease_id: string
  payer_id: string
  server_id: string
  tool: string
  reserved: bigint
  purchase_id: string | null
  opens_case: boolean
}
type MeterRow = {
  payer_id: string
  price_id: string
  meter: Meter
  month: Month
  units: bigint
}
type FeeRow = {
  payer_id: string
  publisher_id: string
  asset: string
  fee_bps: number
  gross: bigint
  refunded: bigint
  share_id: string
}

/** Cursor, batches, purchases, intents and cumulative gross in PostgreSQL. */
export const postgresJournalStore: JournalStore = {
  async lockCursor(tx, incarnationId) {
    const { rows } = await pgOf(tx).query<{ seq: bigint; hash: Buffer }>({
      name: 'payments.lock_cursor',
      text: sql.LOCK_CURSOR,
      values: [toUuid(incarnationId)],
    })
    const [row] = rows
    return row === undefined ? undefined : { seq: toSafeInt(row.seq), hash: row.hash }
  },
  async advance(tx, incarnationId, { seq, hash }) {
    await pgOf(tx).query({
      name: 'payments.advance_cursor',
      text: sql.ADVANCE_CURSOR,
      values: [toUuid(incarnationId), seq, hash],
    })
  },
  async addBatch(tx, batch) {
    await pgOf(tx).query({
      name: 'payments.add_batch',
      text: sql.ADD_BATCH,
      values: [
        toUuid(batch.incarnationId),
        batch.firstSeq,
        batch.lastSeq,
        batch.merkleRoot,
        Buffer.concat(batch.leaves),
        toRfc3339(batch.appliedAt),
      ],
    })
  },
  async claimPurchases(tx, ids, at) {
    if (ids.length === 0) return []
    const { rows } = await pgOf(tx).query<{ id: string }>({
      name: 'payments.claim_purchases',
      text: sql.CLAIM_PURCHASES,
      values: [ids.map(toUuid).toSorted(), toRfc3339(at)],
    })
    return rows.map(({ id }) => fromUuid('pur', id))
  },
  async settleClaims(tx, claimed, posted) {
    if (claimed.length === 0) return
    await pgOf(tx).query({
      name: 'payments.keep_purchases',
      text: sql.KEEP_PURCHASES,
      values: [posted.map(({ id }) => toUuid(id)), posted.map(({ eventId }) => toUuid(eventId))],
    })
    const kept = new Set(posted.map(({ id }) => id))
    const unused = claimed.filter((id) => !kept.has(id))
    if (unused.length === 0) return
    await pgOf(tx).query({ text: sql.DROP_PURCHASES, values: [unused.map(toUuid)] })
  },
  async prunePurchases(tx, before, limit) {
    const { rowCount } = await pgOf(tx).query({
      text: sql.PRUNE_PURCHASES,
      values: [toRfc3339(before), limit],
    })
    return rowCount ?? 0
  },
  async intents(tx, incarnationId, ids) {
    if (ids !== 'all' && ids.length === 0) return []
    const { rows } = await pgOf(tx).query<IntentRow>({
      name: 'payments.intents',
      text: sql.INTENTS,
      values: [toUuid(incarnationId), ids === 'all' ? null : ids.map(toUuid)],
    })
    return rows.map(intentOf)
  },
  async changeIntents(tx, incarnationId, opened, closed) {
    if (opened.length > 0) {
      await pgOf(tx).query({
        name: 'payments.open_intents',
        text: sql.OPEN_INTENTS,
        values: [toUuid(incarnationId), JSON.stringify(opened.map(intentRowOf))],
      })
    }
    if (closed.length > 0) {
      await pgOf(tx).query({
        name: 'payments.close_intents',
        text: sql.CLOSE_INTENTS,
        values: [toUuid(incarnationId), closed.map(toUuid)],
      })
    }
  },
  async lockMeterTotals(tx, keys) {
    if (keys.length === 0) return []
    const columns = meterColumnsOf(keys)
    await pgOf(tx).query({
      name: 'payments.add_meters',
      text: sql.ADD_METER_TOTALS,
      values: columns,
    })
    const { rows } = await pgOf(tx).query<MeterRow>({
      name: 'payments.lock_meters',
      text: sql.LOCK_METER_TOTALS,
      values: columns,
    })
    return rows.map(meterTotalOf)
  },
  async saveMeterTotals(tx, totals) {
    if (totals.length === 0) return
    await pgOf(tx).query({
      name: 'payments.save_meters',
      text: sql.SAVE_METER_TOTALS,
      values: [...meterColumnsOf(totals), totals.map(({ units }) => units)],
    })
  },
  async lockFeeTotals(tx, keys) {
    if (keys.length === 0) return []
    const columns = feeColumnsOf(keys)
    await pgOf(tx).query({ name: 'payments.add_fees', text: sql.ADD_FEE_TOTALS, values: columns })
    const { rows } = await pgOf(tx).query<FeeRow>({
      name: 'payments.lock_fees',
      text: sql.LOCK_FEE_TOTALS,
      values: columns,
    })
    return rows.map(feeTotalOf)
  },
  async saveFeeTotals(tx, totals) {
    if (totals.length === 0) return
    await pgOf(tx).query({
      name: 'payments.save_fees',
      text: sql.SAVE_FEE_TOTALS,
      values: [
        ...feeColumnsOf(totals),
        totals.map(({ gross }) => gross),
        totals.map(({ refunded }) => refunded),
      ],
    })
  },
}

function meterColumnsOf(keys: readonly MeterKey[]): string[][] {
  return [
    keys.map(({ payerId }) => toUuid(payerId)),
    keys.map(({ priceId }) => toUuid(priceId)),
    keys.map(({ meter }) => meter),
    keys.map(({ month }) => month),
  ]
}

function meterTotalOf(row: MeterRow): MeterTotal {
  return {
    payerId: fromUuid('org', row.payer_id),
    priceId: fromUuid('prc', row.price_id),
    meter: row.meter,
    month: row.month,
    units: row.units,
  }
}

function feeColumnsOf(keys: readonly FeeKey[]): (string | number)[][] {
  return [
    keys.map(({ payerId }) => toUuid(payerId)),
    keys.map(({ publisherId }) => toUuid(publisherId)),
    keys.map(({ asset }) => asset),
    keys.map(({ feeBps }) => feeBps),
    keys.map(({ shareId }) => shareKeyOf(shareId)),
  ]
}

function feeTotalOf(row: FeeRow): FeeTotal {
  return {
    payerId: fromUuid('org', row.payer_id),
    publisherId: fromUuid('org', row.publisher_id),
    asset: assetId(row.asset),
    feeBps: row.fee_bps,
    shareId: shareIdOf(row.share_id),
    gross: row.gross,
    refunded: row.refunded,
  }
}

function intentRowOf(intent: Intent): Record<string, string | boolean | null> {
  return {
    id: toUuid(intent.id),
    at: toRfc3339(intent.at),
    lease_id: toUuid(intent.leaseId),
    payer_id: toUuid(intent.payerId),
    server_id: toUuid(intent.serverId),
    tool: intent.tool,
    reserved: intent.reserved.toString(),
    purchase_id: intent.purchaseId === null ? null : toUuid(intent.purchaseId),
    opens_case: intent.opensCase,
  }
}

function intentOf(row: IntentRow): Intent {
  return {
    id: fromUuid('evt', row.id),
    at: row.at,
    leaseId: fromUuid('les', row.lease_id),
    payerId: fromUuid('org', row.payer_id),
    serverId: fromUuid('srv', row.server_id),
    tool: row.tool,
    reserved: row.reserved,
    purchaseId: row.purchase_id === null ? null : fromUuid('pur', row.purchase_id),
    opensCase: row.opens_case,
  }
}
