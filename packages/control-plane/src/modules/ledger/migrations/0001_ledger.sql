-- Double entry: a transfer is one debit and one credit of the same amount, so no row can be unbalanced.
-- Every rule below is kept by the database, whoever writes to it (architecture §4).
create schema ledger;

create table ledger.assets (
  id    smallint primary key,
  code  text not null unique check (length(code) between 1 and 286),
  scale smallint not null check (scale between 0 and 38)
);
comment on column ledger.assets.scale is 'Decimal places of the smallest unit: 18 = 1e-18.';

create table ledger.accounts (
  id           bigint generated always as identity primary key,
  asset_id     smallint not null references ledger.assets,
  name         text not null check (length(name) between 1 and 200),
  -- `org:org_…:available` and `publisher:org_…:accrued` belong to org_…: found by index, not by prefix.
  owner        text not null generated always as (split_part(name, ':', 2)) stored,
  debit_limit  boolean not null,
  credit_limit boolean not null,
  shards       smallint not null default 1 check (shards between 1 and 64),
  opened_at    timestamptz not null default now(),
  unique (name, asset_id),
  unique (id, asset_id),
  unique (id, debit_limit, credit_limit),
  -- A limit is checked on one row: a limited account cannot be spread over several.
  constraint limited_accounts_have_one_shard check (shards = 1 or not (debit_limit or credit_limit))
);
comment on column ledger.accounts.debit_limit is 'Debits, posted and held, never exceed posted credits.';

create index accounts_of_owner on ledger.accounts (owner);

-- Projections of transfers, moved only by the trigger below; they can be rebuilt from transfers.
create table ledger.balances (
  account_id     bigint not null,
  shard          smallint not null,
  debit_limit    boolean not null,
  credit_limit   boolean not null,
  sharded        boolean not null,
  debits_posted  numeric(38, 0) not null default 0 check (debits_posted >= 0),
  credits_posted numeric(38, 0) not null default 0 check (credits_posted >= 0),
  debits_held    numeric(38, 0) not null default 0,
  credits_held   numeric(38, 0) not null default 0,
  primary key (account_id, shard),
  foreign key (account_id, debit_limit, credit_limit)
    references ledger.accounts (id, debit_limit, credit_limit),
  -- A hold and its resolution may fall on different shards: only their sum is never negative.
  constraint held_is_not_negative check (sharded or (debits_held >= 0 and credits_held >= 0)),
  constraint insufficient_funds
    check (not debit_limit or debits_posted + debits_held <= credits_posted),
  constraint credit_limit_reached
    check (not credit_limit or credits_posted + credits_held <= debits_posted)
) with (fillfactor = 50);

create table ledger.transfers (
  id          uuid primary key,
  seq         bigint generated always as identity unique,
  kind        char(1) not null check (kind in ('X', 'H', 'P', 'V')),
  -- Before the accounts: an unknown asset is then what the database complains of first.
  asset_id    smallint not null,
  debit_id    bigint not null,
  credit_id   bigint not null,
  amount      numeric(38, 0) not null check (amount > 0),
  hold_id     uuid,
  hold_kind   char(1) generated always as (case when hold_id is not null then 'H' end) stored,
  hold_amount numeric(38, 0),
  link        uuid,
  reference   text check (length(reference) between 1 and 200),
  at          timestamptz not null default now(),
  expires_at  timestamptz,
  constraint two_accounts check (debit_id <> credit_id),
  foreign key (debit_id, asset_id) references ledger.accounts (id, asset_id),
  foreign key (credit_id, asset_id) references ledger.accounts (id, asset_id),
  -- A resolution names a hold, and that hold's accounts and amount: none can be forged.
  unique (id, kind, debit_id, credit_id, amount),
  constraint resolves_a_hold foreign key (hold_id, hold_kind, debit_id, credit_id, hold_amount)
    references ledger.transfers (id, kind, debit_id, credit_id, amount),
  constraint resolution_shape check (
    case kind
      when 'P' then hold_id is not null and hold_amount is not null and amount <= hold_amount
      when 'V' then hold_id is not null and hold_amount is not null and amount = hold_amount
      else hold_id is null and hold_amount is null
    end
  ),
  constraint only_holds_expire check (expires_at is null or kind = 'H')
);
comment on column ledger.transfers.id is 'Made by the client: the idempotency key.';
comment on column ledger.transfers.kind is 'X posted at once, H hold, P post of a hold, V void of a hold.';

create unique index one_resolution on ledger.transfers (hold_id) where hold_id is not null;
create index transfers_of_debit on ledger.transfers (debit_id, seq);
create index transfers_of_credit on ledger.transfers (credit_id, seq);
create index transfers_of_link on ledger.transfers (link) where link is not null;

-- Opening an account makes its balance rows, so that they can be locked before they are ever moved.
create function ledger.open_balances() returns trigger language plpgsql as $$
begin
  insert into ledger.balances (account_id, shard, debit_limit, credit_limit, sharded)
  select a.id, s, a.debit_limit, a.credit_limit, a.shards > 1
  from opened a cross join lateral generate_series(0, a.shards - 1) s;
  return null;
end $$;

create trigger open_balances after insert on ledger.accounts
  referencing new table as opened for each statement execute function ledger.open_balances();

-- One update per account and statement, after all touched rows are locked in key order (no deadlock).
-- The update finds its rows BY KEY: a join by ctid loses updates when a row moved while it was waited
-- for, which only the trial balance would show. The rows moved are counted for the same reason.
create function ledger.move_balances() returns trigger language plpgsql as $$
declare
  expected bigint;
  moved    bigint;
begin
  perform 1
  from ledger.balances b
  where (b.account_id, b.shard) in (
    select a.id, case when a.shards = 1 then 0 else pg_backend_pid() % a.shards end
    from ledger.accounts a
    where a.id in (select debit_id from written union select credit_id from written)
  )
  order by b.account_id, b.shard
  for no key update;

  update ledger.balances b set
    debits_posted  = b.debits_posted + m.debits_posted,
    credits_posted = b.credits_posted + m.credits_posted,
    debits_held    = b.debits_held + m.debits_held,
    credits_held   = b.credits_held + m.credits_held
  from (
    select l.account_id,
      case when a.shards = 1 then 0 else pg_backend_pid() % a.shards end as shard,
      sum(l.debits_posted) as debits_posted, sum(l.credits_posted) as credits_posted,
      sum(l.debits_held) as debits_held, sum(l.credits_held) as credits_held
    from (
      select w.debit_id as account_id,
        case when w.kind in ('X', 'P') then w.amount else 0 end as debits_posted,
        0::numeric as credits_posted,
        case w.kind when 'H' then w.amount when 'X' then 0 else -w.hold_amount end as debits_held,
        0::numeric as credits_held
      from written w
      union all
      select w.credit_id,
        0::numeric,
        case when w.kind in ('X', 'P') then w.amount else 0 end,
        0::numeric,
        case w.kind when 'H' then w.amount when 'X' then 0 else -w.hold_amount end
      from written w
    ) l
    join ledger.accounts a on a.id = l.account_id
    group by l.account_id, a.shards
  ) m
  where b.account_id = m.account_id and b.shard = m.shard;
  get diagnostics moved = row_count;

  expected := (
    select count(*) from (select debit_id from written union select credit_id from written) touched
  );
  if moved <> expected then
    raise exception 'ledger: % of % balances moved', moved, expected
      using errcode = 'data_corrupted';
  end if;
  return null;
end $$;

create trigger move_balances after insert on ledger.transfers
  referencing new table as written for each statement execute function ledger.move_balances();

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ledger: % is append-only, % refused', tg_table_name, tg_op
    using errcode = 'object_not_in_prerequisite_state';
end $$;

create trigger append_only before update or delete or truncate on ledger.transfers
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.accounts
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.assets
  for each statement execute function ledger.refuse_change();
create trigger never_emptied before delete or truncate on ledger.balances
  for each statement execute function ledger.refuse_change();
-- Depth 0 is a statement from outside; the triggers above write at depth 1.
create trigger moved_by_transfers_only before insert or update on ledger.balances
  for each statement when (pg_trigger_depth() = 0) execute function ledger.refuse_change();

-- The metering unit: US dollars at scale 18, so one atomic unit is one atto-USD.
insert into ledger.assets (id, code, scale) values (1, 'USD', 18);
