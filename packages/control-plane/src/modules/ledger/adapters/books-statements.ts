// The SQL of the past. A day's closing covers all that was written before its end (migrations/0003).
import { TRANSFER_COLUMNS, WITH_NAMES } from './statements.ts'

const POSTED = `case when t.kind in ('X', 'P') then t.amount else 0 end`
const HELD = `case t.kind when 'H' then t.amount when 'X' then 0 else -t.hold_amount end`
/** What a transfer `t` adds to the four sums of the account on each of its sides. */
export const LEG_COLUMNS = {
  debit: `${POSTED} as dp, 0::numeric as cp, ${HELD} as dh, 0::numeric as ch`,
  credit: `0::numeric as dp, ${POSTED} as cp, 0::numeric as dh, ${HELD} as ch`,
} as const

/** Scalars and no join: only so does the index begin at the place, and not with the account's first transfer. */
const PLACE = '((select at from place), (select seq from place))'

/** The first moment of a day. */
const startOf = (day: string): string => `(${day})::timestamp at time zone 'UTC'`

/** Both sides of the transfers that a condition on `t` picks, as legs of `account_id`. */
function legsWhere(condition: string, count = '0'): string {
  return `
  select t.debit_id as account_id, ${count} as n, ${LEG_COLUMNS.debit}
  from ledger.transfers t where ${condition}
  union all
  select t.credit_id, 0, ${LEG_COLUMNS.credit}
  from ledger.transfers t where ${condition}`
}

/** $1 account, $2 asset. */
export const FIND_ACCOUNT = `
select a.id from ledger.accounts a
join ledger.assets s on s.id = a.asset_id
where a.name = $1 and s.asset = $2`

/** The first moment of the first day that is not closed. */
export const OPEN_FROM = `
select ${startOf('max(d.day) + 1')} as open_from from ledger.closed_days d`

/**
 * $1 account id, $2 at, $3 seq or null: the sums before a moment, or up to and with a transfer. The last
 * closing before it, and the transfers since the end of that day.
 */
export const SUMS_AT = `
with place as materialized (
  select coalesce(p.at, $2::timestamptz) as at, coalesce(p.seq, -1) as seq
  from (select 1) one left join ledger.transfers p on p.seq = $3::bigint
), day as materialized (
  select max(c.day) as day from ledger.closings c, place
  where c.day < (place.at at time zone 'UTC')::date
), closing as (
  select b.* from ledger.closing_balances b, day
  where b.account_id = $1 and b.day <= day.day
  order by b.day desc limit 1
), since as materialized (
  select coalesce(${startOf('day.day + 1')}, '-infinity') as at from day
), legs as (
  select ${LEG_COLUMNS.debit} from ledger.transfers t
  where t.debit_id = $1 and t.at >= (select at from since) and (t.at, t.seq) <= ${PLACE}
  union all
  select ${LEG_COLUMNS.credit} from ledger.transfers t
  where t.credit_id = $1 and t.at >= (select at from since) and (t.at, t.seq) <= ${PLACE}
  union all
  select debits_posted, credits_posted, debits_held, credits_held from closing
)
select coalesce(sum(dp), 0) as dp, coalesce(sum(cp), 0) as cp, coalesce(sum(dh), 0) as dh,
  coalesce(sum(ch), 0) as ch
from legs`

/** One side of an account in the order of time, after a place and before an end. */
const entriesOf = (side: 'debit' | 'credit'): string => `
  (select t.seq from ledger.transfers t
  where t.${side}_id = $1 and (t.at, t.seq) > ${PLACE} and t.at < $4
    and t.kind in ('X', 'P')
  order by t.at, t.seq limit $5)`

/** $1 account id, $2 from, $3 after seq or null, $4 to, $5 limit: what moved its balance, oldest first. */
export const ENTRIES = `
with place as materialized (
  select coalesce(p.at, $2::timestamptz) as at, coalesce(p.seq, -1) as seq
  from (select 1) one left join ledger.transfers p on p.seq = $3::bigint
), moved as (${entriesOf('debit')}
  union all ${entriesOf('credit')}
)
select ${TRANSFER_COLUMNS} from moved join ledger.transfers t using (seq) ${WITH_NAMES}
order by t.at, t.seq limit $5`

/** $1 at: the sums of every account that has been opened, before a moment. */
export const BALANCES_AT = `
with day as materialized (
  select max(c.day) as day from ledger.closings c
  where c.day < ($1::timestamptz at time zone 'UTC')::date
), legs as (
  ${legsWhere(`t.at < $1 and t.at >= (
    select coalesce(${startOf('day.day + 1')}, '-infinity') from day)`)}
), moved as (
  select account_id, sum(dp) as dp, sum(cp) as cp, sum(dh) as dh, sum(ch) as ch
  from legs group by account_id
)
select a.name, s.asset,
  coalesce(c.debits_posted, 0) + coalesce(m.dp, 0) as dp,
  coalesce(c.credits_posted, 0) + coalesce(m.cp, 0) as cp,
  coalesce(c.debits_held, 0) + coalesce(m.dh, 0) as dh,
  coalesce(c.credits_held, 0) + coalesce(m.ch, 0) as ch
from ledger.accounts a
join ledger.assets s on s.id = a.asset_id
left join lateral (
  select b.* from ledger.closing_balances b, day
  where b.account_id = a.id and b.day <= day.day
  order by b.day desc limit 1
) c on true
left join moved m on m.account_id = a.id
where c.account_id is not null or m.account_id is not null
order by a.name, s.asset`

/** The day after the last one that was drawn up, else that of the first transfer; if it has ended. */
export const NEXT_DAY = `
select d.day::text from (
  select coalesce(
    (select max(c.day) + 1 from ledger.closings c),
    (select (t.at at time zone 'UTC')::date from ledger.transfers t order by t.seq limit 1)
  ) as day
) d
where d.day < (now() at time zone 'UTC')::date`

/** $1 day. */
export const CLOSE_DAY = `
insert into ledger.closed_days (day) values ($1::date) on conflict do nothing`

/** $1 day. The first closing covers all that was before it, too. */
export const DRAW_CLOSING = `
with since as materialized (
  select case when exists (select from ledger.closings) then ${startOf('$1::date')}
    else '-infinity' end as at
), legs as (
  ${legsWhere(`t.at < ${startOf('$1::date + 1')} and t.at >= (select at from since)`, '1')}
), moved as materialized (
  select account_id, sum(n) as n, sum(dp) as dp, sum(cp) as cp, sum(dh) as dh, sum(ch) as ch
  from legs group by account_id
), closing as (
  insert into ledger.closings (day, transfers)
  select $1::date, coalesce(sum(n), 0) from moved
  returning day
)
insert into ledger.closing_balances
  (account_id, day, debits_posted, credits_posted, debits_held, credits_held)
select m.account_id, closing.day, coalesce(b.debits_posted, 0) + m.dp,
  coalesce(b.credits_posted, 0) + m.cp, coalesce(b.debits_held, 0) + m.dh,
  coalesce(b.credits_held, 0) + m.ch
from closing, moved m
left join lateral (
  select c.* from ledger.closing_balances c
  where c.account_id = m.account_id and c.day < $1::date
  order by c.day desc limit 1
) b on true`
