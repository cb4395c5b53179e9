-- Where the amount of each payout comes from: what came since the statement before, line by line.
create table payments.payout_statements (
  payout_id uuid primary key references payments.payouts,
  publisher_id uuid not null,
  -- Without a gap in the numbers of a publisher: each goes on from the one before.
  number integer not null check (number >= 1),
  asset text not null,
  amount numeric(38, 0) not null check (amount > 0),
  -- What it leaves on the accounts; less than nothing when the publisher owes.
  carried numeric(38, 0) not null,
  drawn_at timestamptz not null,
  unique (publisher_id, asset, number)
);

create table payments.payout_lines (
  payout_id uuid not null references payments.payout_statements,
  place smallint not null,
  kind text not null check (kind in
    ('carried_in', 'earnings', 'streams', 'fees', 'adjustments', 'paid_back', 'carried_out')),
  server_id uuid,
  month date,
  amount numeric(38, 0) not null check (amount <> 0),
  primary key (payout_id, place),
  constraint earned_by_a_server_in_a_month check (
    (kind in ('earnings', 'streams')) = (server_id is not null and month is not null))
);

-- The lines of a statement are its payout, to the unit.
create function payments.check_statement() returns trigger language plpgsql as $$
begin
  if (select s.amount from payments.payout_statements s where s.payout_id = new.payout_id)
    is distinct from
    (select sum(l.amount) from payments.payout_lines l where l.payout_id = new.payout_id) then
    raise exception 'payments: the lines of a statement are not its payout'
      using errcode = 'check_violation', constraint = 'lines_are_the_payout';
  end if;
  return null;
end $$;
create constraint trigger check_statement after insert on payments.payout_statements
  deferrable initially deferred for each row execute function payments.check_statement();

create function payments.refuse_statement_change() returns trigger language plpgsql as $$
begin
  raise exception 'payments: % is append-only, % refused', tg_table_name, tg_op
    using errcode = 'object_not_in_prerequisite_state';
end $$;
create trigger append_only before update or delete or truncate on payments.payout_statements
  for each statement execute function payments.refuse_statement_change();
create trigger append_only before update or delete or truncate on payments.payout_lines
  for each statement execute function payments.refuse_statement_change();
