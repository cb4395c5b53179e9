-- Statements read one account in the order of time; closings and archives read all accounts of a day.
drop index ledger.transfers_of_debit;
drop index ledger.transfers_of_credit;
create index transfers_of_debit on ledger.transfers (debit_id, at, seq);
create index transfers_of_credit on ledger.transfers (credit_id, at, seq);
create index transfers_by_time on ledger.transfers using brin (at) with (pages_per_range = 32);

-- Days (UTC) into which no transfer is written any more. Days are closed in order, so the last one says it
-- for all before it.
create table ledger.closed_days (
  day       date primary key,
  closed_at timestamptz not null default clock_timestamp()
);

-- Closed days whose balances have been drawn up.
create table ledger.closings (
  day       date primary key references ledger.closed_days,
  transfers bigint not null check (transfers >= 0),
  drawn_at  timestamptz not null default clock_timestamp()
);

-- What each account held when a day ended, of those that moved on it: the others are as they were before.
create table ledger.closing_balances (
  account_id     bigint not null references ledger.accounts,
  day            date not null references ledger.closings,
  debits_posted  numeric(38, 0) not null check (debits_posted >= 0),
  credits_posted numeric(38, 0) not null check (credits_posted >= 0),
  debits_held    numeric(38, 0) not null,
  credits_held   numeric(38, 0) not null,
  primary key (account_id, day)
);

create trigger append_only before update or delete or truncate on ledger.closed_days
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.closings
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.closing_balances
  for each statement execute function ledger.refuse_change();

-- The time of a transfer is when its transaction began. One that began on a day that was closed meanwhile
-- is run again, which gives it a time on a day that is open.
create function ledger.refuse_closed() returns trigger language plpgsql as $$
declare
  open_from timestamptz := (
    select (max(c.day) + 1)::timestamp at time zone 'UTC' from ledger.closed_days c
  );
begin
  if exists (select from written w where w.at < open_from) then
    raise exception 'ledger: the day of the transfer is closed'
      using errcode = 'serialization_failure';
  end if;
  return null;
end $$;

create trigger refuse_closed after insert on ledger.transfers
  referencing new table as written for each statement execute function ledger.refuse_closed();
