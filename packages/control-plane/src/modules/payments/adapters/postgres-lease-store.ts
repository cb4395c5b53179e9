import {
  assetId,
  fromUuid,
  toRfc3339,
  toUuid,
  unreachable,
  type Instant,
} from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Lease } from '../lease/lease.ts'
import type { LeaseStore, RecallQuery, TakenWindow } from '../ports.ts'
import * as sql from './lease-statements.ts'

type Row = {
  id: string
  incarnation_id: string
  payer_id: string
  asset: string
  granted: bigint
  used: bigint
  returned: bigint
  state: Lease['state']
  epoch: number
  stops_at: Instant
  opened_at: Instant
}
type ExposureRow = Row & { slot: string; cap_ids: string[] }
type RecallRow = { id: string; incarnation_id: string; remainder: bigint }
type WindowRow = {
  cap_id: string
  scope_kind: TakenWindow['scopeKind']
  period: TakenWindow['period']
  starts_at: Instant
  ends_at: Instant | null
}
type AdvanceRow = { lease_id: string; payer_id: string; asset: string; amount: bigint }

/** Leases, payers and advances in PostgreSQL. */
export const postgresLeaseStore: LeaseStore = {
  async lockPayer(tx, payerId) {
    await pgOf(tx).query({
      name: 'payments.add_payer',
      text: sql.ADD_PAYER,
      values: [toUuid(payerId)],
    })
    await pgOf(tx).query({
      name: 'payments.lock_payer',
      text: sql.LOCK_PAYER,
      values: [toUuid(payerId)],
    })
  },
  async ofRequest(tx, incarnationId, requestId) {
    const { rows } = await pgOf(tx).query<Row>({
      name: 'payments.lease_of_request',
      text: sql.LEASE_OF_REQUEST,
      values: [toUuid(incarnationId), requestId],
    })
    const [row] = rows
    return row === undefined
      ? undefined
      : { ...leaseOf(row), epoch: row.epoch, stopsAt: row.stops_at }
  },
  async add(tx, lease, windows) {
    await pgOf(tx).query({
      name: 'payments.add_lease',
      text: sql.ADD_LEASE,
      values: [
        toUuid(lease.id),
        toUuid(lease.incarnationId),
        lease.requestId,
        toUuid(lease.payerId),
        lease.asset,
        lease.granted,
        lease.epoch,
        toRfc3339(lease.stopsAt),
        toRfc3339(lease.openedAt),
      ],
    })
    if (windows.length === 0) return
    await pgOf(tx).query({
      name: 'payments.add_lease_windows',
      text: sql.ADD_LEASE_WINDOWS,
      values: [
        toUuid(lease.id),
        windows.map(({ capId }) => toUuid(capId)),
        windows.map(({ startsAt }) => toRfc3339(startsAt)),
        windows.map(({ session }) => session),
      ],
    })
  },
  async windowsOf(tx, id) {
    const { rows } = await pgOf(tx).query<{ cap_id: string; starts_at: Instant; session: string }>({
      text: `select cap_id, starts_at, session from payments.lease_windows where lease_id = $1
             order by cap_id`,
      values: [toUuid(id)],
    })
    return rows.map(({ cap_id, starts_at, session }) => ({
      capId: fromUuid('cap', cap_id),
      startsAt: starts_at,
      session,
    }))
  },
  async lock(tx, ids) {
    if (ids.length === 0) return []
    const { rows } = await pgOf(tx).query<Row>({
      name: 'payments.lock_leases',
      text: sql.LOCK_LEASES,
      values: [ids.map(toUuid)],
    })
    return rows.map(leaseOf)
  },
  async lockOpenOf(tx, incarnationId) {
    const { rows } = await pgOf(tx).query<Row>({
      text: sql.LOCK_OPEN_LEASES,
      values: [toUuid(incarnationId)],
    })
    return rows.map(leaseOf)
  },
  async apply(tx, changes, at) {
    if (changes.length === 0) return
    await pgOf(tx).query({
      name: 'payments.apply_leases',
      text: sql.APPLY_LEASES,
      values: [
        changes.map(({ id }) => toUuid(id)),
        changes.map(({ used }) => used),
        changes.map(({ returned }) => returned),
        changes.map(({ state }) => state),
        toRfc3339(at),
      ],
    })
  },
  async recallable(tx, { shortOf, asksMax, forgetBefore, limit }) {
    const [text, source] = recallSource(shortOf)
    const { rows } = await pgOf(tx).query<RecallRow>({
      text,
      values: [...source, asksMax, toRfc3339(forgetBefore), limit],
    })
    return rows.map((row) => ({
      id: fromUuid('les', row.id),
      incarnationId: fromUuid('inc', row.incarnation_id),
      remainder: row.remainder,
    }))
  },
  async noteRecall(tx, ids, at, forgetBefore) {
    await pgOf(tx).query({
      text: sql.NOTE_RECALL,
      values: [ids.map(toUuid), toRfc3339(at), toRfc3339(forgetBefore)],
    })
  },
  async takenWindowsOf(tx, leaseId) {
    const { rows } = await pgOf(tx).query<WindowRow>({
      text: sql.WINDOWS_OF_LEASE,
      values: [toUuid(leaseId)],
    })
    return rows.map((row) => ({
      capId: fromUuid('cap', row.cap_id),
      scopeKind: row.scope_kind,
      period: row.period,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
    }))
  },
  async openRemainder(tx, payerId, asset) {
    const { rows } = await pgOf(tx).query<{ remainder: bigint }>({
      text: sql.OPEN_REMAINDER,
      values: [toUuid(payerId), asset],
    })
    return rows[0]?.remainder ?? 0n
  },
  async exposure(tx, { payerId, before, limit }) {
    const { rows } = await pgOf(tx).query<ExposureRow>({
      text: sql.EXPOSURE,
      values: [
        payerId === null ? null : toUuid(payerId),
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map((row) => ({
      ...leaseOf(row),
      slot: row.slot,
      capIds: row.cap_ids.map((id) => fromUuid('cap', id)),
      stopsAt: row.stops_at,
      openedAt: row.opened_at,
    }))
  },
  async addAdvance(tx, { leaseId, payerId, asset, amount }, at) {
    await pgOf(tx).query({
      text: `insert into payments.advances (lease_id, payer_id, asset, amount, advanced_at)
             values ($1, $2, $3, $4, $5)`,
      values: [toUuid(leaseId), toUuid(payerId), asset, amount, toRfc3339(at)],
    })
  },
  async lockAdvances(tx) {
    const { rows } = await pgOf(tx).query<AdvanceRow>({
      text: `select lease_id, payer_id, asset, amount from payments.advances
             where collected_at is null order by lease_id for update`,
    })
    return rows.map((row) => ({
      leaseId: fromUuid('les', row.lease_id),
      payerId: fromUuid('org', row.payer_id),
      asset: assetId(row.asset),
      amount: row.amount,
    }))
  },
  async collectAdvance(tx, leaseId, at) {
    await pgOf(tx).query({
      text: 'update payments.advances set collected_at = $2 where lease_id = $1',
      values: [toUuid(leaseId), toRfc3339(at)],
    })
  },
}

function leaseOf(row: Row): Lease {
  return {
    id: fromUuid('les', row.id),
    incarnationId: fromUuid('inc', row.incarnation_id),
    payerId: fromUuid('org', row.payer_id),
    asset: assetId(row.asset),
    granted: row.granted,
    used: row.used,
    returned: row.returned,
    state: row.state,
  }
}

function recallSource(shortOf: RecallQuery['shortOf']): [text: string, values: string[]] {
  switch (shortOf.kind) {
    case 'payer':
      return [sql.RECALLABLE_OF_PAYER, [toUuid(shortOf.payerId), shortOf.asset]]
    case 'window': {
      const { capId, startsAt, session } = shortOf.window
      return [sql.RECALLABLE_OF_WINDOW, [toUuid(capId), toRfc3339(startsAt), session]]
    }
    case 'cap':
      return [sql.RECALLABLE_OF_CAP, [toUuid(shortOf.capId)]]
    default:
      return unreachable(shortOf)
  }
}
