-- What payers contest. While one is open, what was found of the publisher's part stands on its reserve.
create table payments.disputes (
  id uuid primary key,
  event_id uuid not null references payments.captures,
  payer_id uuid not null,
  publisher_id uuid not null,
  server_id uuid not null,
  tool text not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount > 0),
  held numeric(38, 0) not null check (held between 0 and amount),
  reason text not null check (reason <> ''),
  state text not null default 'open' check (state in ('open', 'accepted', 'rejected', 'withdrawn')),
  answer text,
  refund_id uuid references payments.refunds,
  opened_at timestamptz not null,
  closed_at timestamptz,
  check ((state = 'open') = (closed_at is null)),
  check (refund_id is null or state = 'accepted')
);
create unique index one_open_dispute on payments.disputes (event_id) where state = 'open';
create index disputes_of_payer on payments.disputes (payer_id, id);
create index disputes_of_publisher on payments.disputes (publisher_id, id);

-- A dispute is closed once; nothing else of it ever changes.
create function payments.keep_dispute() returns trigger language plpgsql as $$
begin
  if old.state <> 'open' or new.state = 'open'
     or (new.id, new.event_id, new.payer_id, new.publisher_id, new.asset, new.amount, new.held, new.opened_at)
       is distinct from
       (old.id, old.event_id, old.payer_id, old.publisher_id, old.asset, old.amount, old.held, old.opened_at) then
    raise exception 'a dispute is closed once' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger disputes_are_kept before update on payments.disputes
  for each row execute function payments.keep_dispute();
create trigger disputes_stay before delete or truncate on payments.disputes
  for each statement execute function payments.refuse_change();
