import { assert, assetId, fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Cap } from '../cap/cap.ts'
import type { CapStore } from '../ports.ts'

type Row = {
  id: string
  organization_id: string
  scope_kind: 'organization' | 'key'
  scope_id: string
  period: Cap['period']
  asset: string
  amount: bigint
  created_at: Instant
}

const PERIODS = ['hour', 'day', 'month', 'total'] as const

/** Caps and their windows in PostgreSQL; windows are locked in order of cap (spending §1.6). */
export const postgresCapStore: CapStore = {
  async add(tx, cap) {
    await pgOf(tx).query({
      text: `insert into payments.caps (id, organization_id, scope_kind, scope_id, period, asset,
               amount, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [
        toUuid(cap.id),
        toUuid(cap.organizationId),
        cap.scope.kind,
        toUuid(cap.scope.id),
        cap.period,
        cap.asset,
        cap.amount,
        toRfc3339(cap.createdAt),
      ],
    })
  },
  async change(tx, id, amount, at) {
    await pgOf(tx).query({
      text: 'update payments.caps set amount = $2 where id = $1',
      values: [toUuid(id), amount],
    })
    await pgOf(tx).query({
      text: `update payments.cap_windows set ceiling = greatest($2, taken)
             where cap_id = $1 and (ends_at is null or ends_at > $3)`,
      values: [toUuid(id), amount, toRfc3339(at)],
    })
  },
  async remove(tx, id, at) {
    await pgOf(tx).query({
      text: 'update payments.caps set removed_at = $2 where id = $1',
      values: [toUuid(id), toRfc3339(at)],
    })
  },
  async page(tx, { organizationId, windowOf, before, limit }) {
    const starts = PERIODS.map((period) => toRfc3339(windowOf(period).startsAt))
    const { rows } = await pgOf(tx).query<Row & { taken: bigint }>({
      text: `select c.*, coalesce(w.taken, 0) as taken from payments.caps c
             join unnest($1::text[], $2::timestamptz[]) as p (period, starts_at) using (period)
             left join payments.cap_windows w on w.cap_id = c.id and w.starts_at = p.starts_at
             where c.removed_at is null and ($3::uuid is null or c.organization_id = $3)
               and ($4::uuid is null or c.id < $4)
             order by c.id desc limit $5`,
      values: [
        [...PERIODS],
        starts,
        organizationId === null ? null : toUuid(organizationId),
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map((row) => ({ ...capOf(row), taken: row.taken }))
  },
  async lockInForce(tx, organizationId) {
    const { rows } = await pgOf(tx).query<Row>({
      name: 'payments.lock_caps',
      text: `select * from payments.caps where organization_id = $1 and removed_at is null
             order by id for share`,
      values: [toUuid(organizationId)],
    })
    return rows.map(capOf)
  },
  async lockWindow(tx, cap, window) {
    await pgOf(tx).query({
      name: 'payments.add_window',
      text: `insert into payments.cap_windows (cap_id, starts_at, ends_at, ceiling, taken)
             values ($1, $2, $3, $4, 0) on conflict do nothing`,
      values: [
        toUuid(cap.id),
        toRfc3339(window.startsAt),
        window.endsAt === null ? null : toRfc3339(window.endsAt),
        cap.amount,
      ],
    })
    const { rows } = await pgOf(tx).query<{ taken: bigint }>({
      name: 'payments.lock_window',
      text: `select taken from payments.cap_windows where cap_id = $1 and starts_at = $2
             for no key update`,
      values: [toUuid(cap.id), toRfc3339(window.startsAt)],
    })
    const taken = rows[0]?.taken
    assert(taken !== undefined, 'the window was just made')
    return taken
  },
  async take(tx, windows, amount) {
    if (windows.length === 0) return
    // The ceiling is set to the cap's amount again: whoever takes is bound by what the cap says now.
    const { rowCount } = await pgOf(tx).query({
      name: 'payments.take_from_windows',
      text: `update payments.cap_windows w set taken = w.taken + $3, ceiling = c.amount
             from unnest($1::uuid[], $2::timestamptz[]) as t (cap_id, starts_at)
             join payments.caps c on c.id = t.cap_id
             where w.cap_id = t.cap_id and w.starts_at = t.starts_at`,
      values: [
        windows.map(({ capId }) => toUuid(capId)),
        windows.map(({ startsAt }) => toRfc3339(startsAt)),
        amount,
      ],
    })
    assert(rowCount === windows.length, 'every window of the lease gives')
  },
  async giveBack(tx, leases) {
    const given = leases.filter(({ givenBack }) => givenBack > 0n)
    if (given.length === 0) return
    const ids = given.map(({ id }) => toUuid(id))
    await pgOf(tx).query({
      name: 'payments.lock_windows_of_leases',
      text: `select 1 from payments.cap_windows where (cap_id, starts_at) in
               (select cap_id, starts_at from payments.lease_windows where lease_id = any($1::uuid[]))
             order by cap_id, starts_at for no key update`,
      values: [ids],
    })
    await pgOf(tx).query({
      name: 'payments.give_windows_back',
      text: `update payments.cap_windows w
             set taken = w.taken - g.amount, ceiling = greatest(c.amount, w.taken - g.amount)
             from (select lw.cap_id, lw.starts_at, sum(x.amount) as amount
                   from unnest($1::uuid[], $2::numeric[]) as x (lease_id, amount)
                   join payments.lease_windows lw using (lease_id) group by lw.cap_id, lw.starts_at) g
             join payments.caps c on c.id = g.cap_id
             where w.cap_id = g.cap_id and w.starts_at = g.starts_at`,
      values: [ids, given.map(({ givenBack }) => givenBack)],
    })
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: 'select * from payments.caps where id = $1 and removed_at is null for no key update',
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : capOf(rows[0])
  },
}

function capOf(row: Row): Cap {
  return {
    id: fromUuid('cap', row.id),
    organizationId: fromUuid('org', row.organization_id),
    scope:
      row.scope_kind === 'key'
        ? { kind: 'key', id: fromUuid('key', row.scope_id) }
        : { kind: 'organization', id: fromUuid('org', row.scope_id) },
    period: row.period,
    asset: assetId(row.asset),
    amount: row.amount,
    createdAt: row.created_at,
  }
}
