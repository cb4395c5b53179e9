import { assert, fromUuid, toRfc3339, toUuid } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { CapStore, WindowKey } from '../ports.ts'
import { capOf, scopeColumns, type CapRow } from './cap-row.ts'

const PERIODS = ['hour', 'day', 'month', 'total'] as const

/** Caps and their windows in PostgreSQL; windows are locked in order of cap (spending §1.6). */
export const postgresCapStore: CapStore = {
  async add(tx, cap) {
    await pgOf(tx).query({
      text: `insert into payments.caps (id, organization_id, scope_kind, scope_id, session_of, period,
               asset, amount, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [
        toUuid(cap.id),
        toUuid(cap.organizationId),
        ...scopeColumns(cap.scope),
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
  async removeOf(tx, scope, at) {
    const { rows } = await pgOf(tx).query<{ id: string }>({
      text: `update payments.caps set removed_at = $4 where scope_kind = $1 and scope_id = $2
               and session_of is not distinct from $3 and removed_at is null returning id`,
      values: [...scopeColumns(scope), toRfc3339(at)],
    })
    return rows.map(({ id }) => fromUuid('cap', id))
  },
  async page(tx, { organizationId, windowOf, before, limit }) {
    const starts = PERIODS.map((period) => toRfc3339(windowOf(period).startsAt))
    const { rows } = await pgOf(tx).query<CapRow & { taken: bigint }>({
      text: `select c.*, coalesce((select max(w.taken) from payments.cap_windows w
                 where w.cap_id = c.id and w.starts_at = p.starts_at), 0) as taken
             from payments.caps c
             left join unnest($1::text[], $2::timestamptz[]) as p (period, starts_at) using (period)
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
  async lockPath(tx, organizationId, ids) {
    const { rows } = await pgOf(tx).query<CapRow>({
      name: 'payments.lock_caps_of_path',
      text: `select * from payments.caps where organization_id = $1 and removed_at is null
               and (id = any($2::uuid[]) or scope_kind = 'organization' or session_of = 'organization')
             order by id for share`,
      values: [toUuid(organizationId), ids.map(toUuid)],
    })
    return rows.map(capOf)
  },
  async count(tx, organizationId, scope) {
    const { rows } = await pgOf(tx).query<{ all: number; of_scope: number }>({
      text: `select count(*)::int as all, (count(*) filter (where scope_kind = $2 and scope_id = $3
               and session_of is not distinct from $4))::int as of_scope
             from payments.caps where organization_id = $1 and removed_at is null`,
      values: [toUuid(organizationId), ...scopeColumns(scope)],
    })
    return { all: rows[0]?.all ?? 0, ofScope: rows[0]?.of_scope ?? 0 }
  },
  async lockWindow(tx, { capId, startsAt, session, endsAt, ceiling }) {
    const key = [toUuid(capId), toRfc3339(startsAt), session]
    await pgOf(tx).query({
      name: 'payments.add_window',
      text: `insert into payments.cap_windows (cap_id, starts_at, session, ends_at, ceiling, taken)
             values ($1, $2, $3, $4, $5, 0) on conflict do nothing`,
      values: [...key, endsAt === null ? null : toRfc3339(endsAt), ceiling],
    })
    const { rows } = await pgOf(tx).query<{ taken: bigint }>({
      name: 'payments.lock_window',
      text: `select taken from payments.cap_windows
             where cap_id = $1 and starts_at = $2 and session = $3 for no key update`,
      values: key,
    })
    const taken = rows[0]?.taken
    assert(taken !== undefined, 'the window was just made')
    return taken
  },
  async taken(tx, capId, startsAt) {
    const { rows } = await pgOf(tx).query<{ taken: bigint | null }>({
      text: `select max(taken) as taken from payments.cap_windows
             where cap_id = $1 and starts_at = $2`,
      values: [toUuid(capId), toRfc3339(startsAt)],
    })
    return rows[0]?.taken ?? 0n
  },
  async take(tx, windows, amount) {
    if (windows.length === 0) return
    // The ceiling is set to the cap's amount again: whoever takes is bound by what the cap says now.
    const { rowCount } = await pgOf(tx).query({
      name: 'payments.take_from_windows',
      text: `update payments.cap_windows w set taken = w.taken + $4, ceiling = c.amount
             from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as t (cap_id, starts_at, session)
             join payments.caps c on c.id = t.cap_id
             where w.cap_id = t.cap_id and w.starts_at = t.starts_at and w.session = t.session`,
      values: [...windowColumns(windows), amount],
    })
    assert(rowCount === windows.length, 'every window of the lease gives')
  },
  async retake(tx, windows, amount) {
    if (windows.length === 0) return
    await pgOf(tx).query({
      text: `update payments.cap_windows w
             set taken = w.taken + $4, ceiling = greatest(w.ceiling, w.taken + $4)
             from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as t (cap_id, starts_at, session)
             where w.cap_id = t.cap_id and w.starts_at = t.starts_at and w.session = t.session`,
      values: [...windowColumns(windows), amount],
    })
  },
  async known(tx, organizationId, ids) {
    const { rows } = await pgOf(tx).query<CapRow>({
      text: 'select * from payments.caps where organization_id = $1 and id = any($2::uuid[])',
      values: [toUuid(organizationId), ids.map(toUuid)],
    })
    return rows.map(capOf)
  },
  async giveBack(tx, leases) {
    const given = leases.filter(({ givenBack }) => givenBack > 0n)
    if (given.length === 0) return
    const ids = given.map(({ id }) => toUuid(id))
    await pgOf(tx).query({
      name: 'payments.lock_windows_of_leases',
      text: `select 1 from payments.cap_windows where (cap_id, starts_at, session) in
               (select cap_id, starts_at, session from payments.lease_windows
                where lease_id = any($1::uuid[]))
             order by cap_id, starts_at, session for no key update`,
      values: [ids],
    })
    await pgOf(tx).query({
      name: 'payments.give_windows_back',
      text: `update payments.cap_windows w
             set taken = w.taken - g.amount, ceiling = greatest(c.amount, w.taken - g.amount)
             from (select lw.cap_id, lw.starts_at, lw.session, sum(x.amount) as amount
                   from unnest($1::uuid[], $2::numeric[]) as x (lease_id, amount)
                   join payments.lease_windows lw using (lease_id)
                   group by lw.cap_id, lw.starts_at, lw.session) g
             join payments.caps c on c.id = g.cap_id
             where w.cap_id = g.cap_id and w.starts_at = g.starts_at and w.session = g.session`,
      values: [ids, given.map(({ givenBack }) => givenBack)],
    })
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<CapRow>({
      text: 'select * from payments.caps where id = $1 and removed_at is null for no key update',
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : capOf(rows[0])
  },
}

function windowColumns(windows: readonly WindowKey[]): [string[], string[], string[]] {
  return [
    windows.map(({ capId }) => toUuid(capId)),
    windows.map(({ startsAt }) => toRfc3339(startsAt)),
    windows.map(({ session }) => session),
  ]
}
