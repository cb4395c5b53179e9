// The SQL of an audit: it reads every transfer, and trusts no projection.
import { LEG_COLUMNS } from './books-statements.ts'

/** Closings beside what the transfers until the end of their day say; of each account the first that differs. */
export const CLOSING_DIFFERENCES = `
with legs as (
  select t.debit_id as account_id, (t.at at time zone 'UTC')::date as day, ${LEG_COLUMNS.debit}
  from ledger.transfers t
  union all
  select t.credit_id, (t.at at time zone 'UTC')::date, ${LEG_COLUMNS.credit}
  from ledger.transfers t
), moved as (
  select account_id, greatest(day, (select min(c.day) from ledger.closings c)) as day,
    sum(dp) as dp, sum(cp) as cp, sum(dh) as dh, sum(ch) as ch
  from legs group by 1, 2
), rebuilt as (
  select account_id, day, sum(dp) over upto as dp, sum(cp) over upto as cp,
    sum(dh) over upto as dh, sum(ch) over upto as ch
  from moved window upto as (partition by account_id order by day)
), both_sides as (
  select account_id, day, b.debits_posted, b.credits_posted, b.debits_held, b.credits_held,
    r.dp, r.cp, r.dh, r.ch
  from (
    select * from rebuilt where day <= (select max(c.day) from ledger.closings c)
  ) r
  full join ledger.closing_balances b using (account_id, day)
)
select distinct on (a.name, s.asset) a.name, s.asset, x.day::text,
  coalesce(x.debits_posted, 0) as dp, coalesce(x.credits_posted, 0) as cp,
  coalesce(x.debits_held, 0) as dh, coalesce(x.credits_held, 0) as ch,
  coalesce(x.dp, 0) as rdp, coalesce(x.cp, 0) as rcp, coalesce(x.dh, 0) as rdh,
  coalesce(x.ch, 0) as rch
from both_sides x
join ledger.accounts a on a.id = x.account_id
join ledger.assets s on s.id = a.asset_id
where (x.debits_posted, x.credits_posted, x.debits_held, x.credits_held)
  is distinct from (x.dp, x.cp, x.dh, x.ch)
order by a.name, s.asset, x.day`

/** $1 ids of transfers: each with what it and the legs that share its link took from the same account. */
export const GROUP_TOTALS = `
select l.id, l.amount + coalesce(sum(t.amount), 0) as total
from ledger.transfers l
left join ledger.transfers t
  on t.link = l.link and t.id <> l.id and t.debit_id = l.debit_id and t.kind = 'X'
where l.id = any ($1::uuid[])
group by l.id, l.amount`
