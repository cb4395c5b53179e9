// The ledger's SQL. What may not happen is refused by the schema (migrations/0001_ledger.sql).

/** $1 names, $2 debit limits, $3 credit limits, $4 shards, $5 asset. The outer join makes an unknown asset an error. */
export const OPEN_ACCOUNTS = `
insert into ledger.accounts (asset_id, name, debit_limit, credit_limit, shards)
select s.id, r.name, r.debit_limit, r.credit_limit, r.shards
from unnest($1::text[], $2::boolean[], $3::boolean[], $4::smallint[])
  as r (name, debit_limit, credit_limit, shards)
left join ledger.assets s on s.asset = $5::text
order by r.name
on conflict (name, asset_id) do nothing`

/**
 * One array per column. Sorted by id: two batches that share ids wait for each other in one order.
 * No index is named after `on conflict`: PostgreSQL then still raises what a second unique index finds
 * when two writers send the same id at the same moment.
 */
export const INSERT_TRANSFERS = `
insert into ledger.transfers
  (id, kind, debit_id, credit_id, asset_id, amount, link, reference, expires_at)
select r.id, r.kind, d.id, c.id, s.id, r.amount, r.link, r.reference, r.expires_at
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::text[], $7::uuid[],
    $8::text[], $9::timestamptz[])
  as r (id, kind, debit, credit, amount, asset, link, reference, expires_at)
left join ledger.assets s on s.asset = r.asset
left join ledger.accounts d on d.name = r.debit and d.asset_id = s.id
left join ledger.accounts c on c.name = r.credit and c.asset_id = s.id
order by r.id
on conflict do nothing
returning id`

/**
 * $1 id, $2 P or V, $3 hold, $4 amount or null for all, $5 asset or null, $6 link, $7 reference.
 * Writes nothing when the id exists and when the hold is resolved; the service tells them apart. A hold is
 * never resolved before it was made, even by a transaction that began earlier.
 */
export const RESOLVE_HOLD = `
insert into ledger.transfers
  (id, kind, debit_id, credit_id, asset_id, amount, hold_id, hold_amount, link, reference, at)
select $1::uuid, $2::text, h.debit_id, h.credit_id, h.asset_id, coalesce($4::numeric, h.amount),
  h.id, h.amount, $6::uuid, $7::text, greatest(now(), h.at)
from ledger.transfers h
join ledger.assets s on s.id = h.asset_id and s.asset = coalesce($5::text, s.asset)
where h.id = $3::uuid and h.kind = 'H'
on conflict do nothing`

/** Columns of a transfer, with names. */
export const TRANSFER_COLUMNS = `t.id, t.seq, t.kind, d.name as debit, c.name as credit, t.amount,
  s.asset, t.hold_id, t.link, t.reference, t.at, t.expires_at`
/** What {@link TRANSFER_COLUMNS} reads besides `ledger.transfers t`. */
export const WITH_NAMES = `join ledger.accounts d on d.id = t.debit_id
join ledger.accounts c on c.id = t.credit_id
join ledger.assets s on s.id = t.asset_id`

/** $1 ids. */
export const TRANSFERS_BY_ID = `
select ${TRANSFER_COLUMNS} from ledger.transfers t ${WITH_NAMES} where t.id = any ($1::uuid[])`

/** Where a page begins: the transfer ($4) that the page before ended with. */
const BEFORE = `(select p.at from ledger.transfers p where p.seq = $4), $4`

/** $1 ids, $2 link, $3 together with, $4 before seq, $5 limit; null = any. */
const MATCHES = `($1::uuid[] is null or t.id = any ($1))
  and ($2::uuid is null or t.link = $2)
  and ($3::uuid is null or t.id = $3
    or t.link = (select l.link from ledger.transfers l where l.id = $3))`

/** All accounts' transfers, newest first, by {@link MATCHES}. */
export const TRANSFERS = `
select ${TRANSFER_COLUMNS} from ledger.transfers t ${WITH_NAMES}
where ${MATCHES} and ($4::bigint is null or t.seq < $4)
order by t.seq desc limit $5`

/** Newest of one side of each account that is asked for: two short index scans per account, never the whole table. */
const newestOf = (side: 'debit' | 'credit', other: 'debit' | 'credit'): string => `
  select n.seq from mine m cross join lateral (
    select t.seq from ledger.transfers t
    where t.${side}_id = m.id and ${MATCHES}
      and ($4::bigint is null or (t.at, t.seq) < (${BEFORE}))
      and ($7::text is null or m.name = $7
        or t.${other}_id in (select a.id from ledger.accounts a where a.name = $7))
    order by t.at desc, t.seq desc limit $5
  ) n`

/** As {@link TRANSFERS}, of the accounts of an owner ($6), or of one account ($7), or both. */
export const TRANSFERS_OF = `
with mine as (
  select a.id, a.name from ledger.accounts a
  where ($6::text is null or a.owner = $6) and ($6 is not null or a.name = $7::text)
), newest as (
  ${newestOf('debit', 'credit')}
  union
  ${newestOf('credit', 'debit')}
)
select ${TRANSFER_COLUMNS} from newest join ledger.transfers t using (seq) ${WITH_NAMES}
order by t.at desc, t.seq desc limit $5`

/** The four sums over balances `b` of one account. */
const SUMS = `coalesce(sum(b.debits_posted), 0) as dp, coalesce(sum(b.credits_posted), 0) as cp,
  coalesce(sum(b.debits_held), 0) as dh, coalesce(sum(b.credits_held), 0) as ch`

/** $1 names, $2 asset; the shards of an account are summed. */
export const BALANCES = `
select a.name, s.asset, ${SUMS}
from ledger.accounts a
join ledger.assets s on s.id = a.asset_id
join ledger.balances b on b.account_id = a.id
where a.name = any ($1::text[]) and s.asset = $2::text
group by a.name, s.asset`

/** $1 owner or null, $2 after name, $3 limit. */
export const ACCOUNTS = `
select a.name, s.asset, ${SUMS}
from ledger.accounts a
join ledger.assets s on s.id = a.asset_id
join ledger.balances b on b.account_id = a.id
where ($1::text is null or a.owner = $1) and a.name > $2::text
group by a.name, s.asset
order by a.name, s.asset
limit $3`

/** Projections beside what the transfers alone say; one statement, so one moment. */
export const AUDIT = `
with legs as (
  select t.debit_id as account_id,
    case when t.kind in ('X', 'P') then t.amount else 0 end as dp, 0::numeric as cp,
    case t.kind when 'H' then t.amount when 'X' then 0 else -t.hold_amount end as dh,
    0::numeric as ch
  from ledger.transfers t
  union all
  select t.credit_id, 0, case when t.kind in ('X', 'P') then t.amount else 0 end, 0,
    case t.kind when 'H' then t.amount when 'X' then 0 else -t.hold_amount end
  from ledger.transfers t
), rebuilt as (
  select account_id, sum(dp) as dp, sum(cp) as cp, sum(dh) as dh, sum(ch) as ch
  from legs group by account_id
), projected as (
  select b.account_id, ${SUMS} from ledger.balances b group by b.account_id
)
select a.name, s.asset,
  coalesce(p.dp, 0) as dp, coalesce(p.cp, 0) as cp, coalesce(p.dh, 0) as dh, coalesce(p.ch, 0) as ch,
  coalesce(r.dp, 0) as rdp, coalesce(r.cp, 0) as rcp, coalesce(r.dh, 0) as rdh,
  coalesce(r.ch, 0) as rch
from ledger.accounts a
join ledger.assets s on s.id = a.asset_id
left join projected p on p.account_id = a.id
left join rebuilt r on r.account_id = a.id
order by a.name, s.asset`
