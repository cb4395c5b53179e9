-- What of a cumulative gross was given back: fees are on the rest (spending §8.23).
alter table payments.fee_totals
  add column refunded numeric(38, 0) not null default 0,
  add constraint refunded_within_sales check (refunded between 0 and gross);

-- What one call was charged, and how much of it was given back: refunds of a call wait for its row.
create table payments.captures (
  event_id uuid primary key,
  asset text not null,
  captured numeric(38, 0) not null check (captured > 0),
  refunded numeric(38, 0) not null default 0,
  constraint refund_within_capture check (refunded between 0 and captured)
);

create table payments.refunds (
  id uuid primary key,
  event_id uuid not null references payments.captures,
  payer_id uuid not null,
  publisher_id uuid not null,
  server_id uuid not null,
  tool text not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount > 0),
  -- What of it came from the platform's fees, and what a publisher owes for it since.
  fee numeric(38, 0) not null check (fee between 0 and amount),
  owed numeric(38, 0) not null check (owed between 0 and amount - fee),
  reason text not null check (reason <> ''),
  -- Who gave it, under which key of theirs.
  given_by uuid not null,
  idempotency_key text not null,
  created_at timestamptz not null,
  unique (given_by, idempotency_key)
);
create index refunds_of_event on payments.refunds (event_id);
create index refunds_of_payer on payments.refunds (payer_id, id);
create index refunds_of_publisher on payments.refunds (publisher_id, id);

create function payments.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_schema || '.' || tg_table_name
    using errcode = 'restrict_violation';
end
$$;
create trigger refunds_are_immutable before update or delete or truncate on payments.refunds
  for each statement execute function payments.refuse_change();

-- The row of the call counts each refund of it, so that no writer can give back more than was charged.
create function payments.count_refund() returns trigger language plpgsql as $$
begin
  update payments.captures set refunded = refunded + new.amount where event_id = new.event_id;
  return null;
end
$$;
create trigger refunds_are_counted after insert on payments.refunds
  for each row execute function payments.count_refund();

-- A capture is what was charged: only what was given back changes, and only by refunds.
create function payments.keep_capture() returns trigger language plpgsql as $$
begin
  if new.captured <> old.captured or new.asset <> old.asset
     or new.refunded <> (select sum(r.amount) from payments.refunds r where r.event_id = new.event_id) then
    raise exception 'a capture changes by its refunds alone' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger captures_are_kept before update on payments.captures
  for each row execute function payments.keep_capture();
create trigger captures_stay before delete or truncate on payments.captures
  for each statement execute function payments.refuse_change();
