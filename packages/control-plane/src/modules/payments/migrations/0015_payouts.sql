-- Every destination that a publisher ever had: what a payout was requested to is what it is paid to.
create table payments.payee_destinations (
  organization_id uuid not null,
  version integer not null check (version >= 1),
  rail text not null,
  sealed bytea not null,
  hint text not null,
  added_by text not null,
  added_at timestamptz not null,
  approved_by text,
  approved_at timestamptz,
  primary key (organization_id, version),
  constraint approval_is_whole check ((approved_by is null) = (approved_at is null))
);

create table payments.payees (
  organization_id uuid primary key,
  -- The destination that new payouts go to.
  version integer not null,
  schedule text not null check (schedule in ('none', 'daily', 'weekly', 'monthly')),
  scheduled_by uuid,
  minimum numeric(38, 0) not null check (minimum > 0),
  hold_reason text check (length(hold_reason) between 1 and 500),
  saved_at timestamptz not null,
  foreign key (organization_id, version) references payments.payee_destinations
);
create index payees_by_schedule on payments.payees (organization_id) where schedule <> 'none';

create table payments.payouts (
  id uuid primary key,
  publisher_id uuid not null,
  request_key text not null check (length(request_key) between 1 and 200),
  rail text not null,
  destination_version integer not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount > 0),
  -- Null: all that was payable.
  asked numeric(38, 0),
  state text not null check (state in
    ('requested', 'approved', 'sending', 'unknown', 'paid', 'failed', 'returned', 'cancelled')),
  requested_by text not null,
  requested_member uuid,
  needs_approval boolean not null,
  approved_by text,
  approved_member uuid,
  reference text,
  reason text,
  requested_at timestamptz not null,
  approved_at timestamptz,
  sent_at timestamptz,
  ended_at timestamptz,
  unique (publisher_id, request_key),
  foreign key (publisher_id, destination_version) references payments.payee_destinations,
  constraint asked_is_paid check (asked is null or asked = amount),
  -- Two members, neither of them the other.
  constraint four_eyes check (
    not needs_approval or state in ('requested', 'cancelled')
    or (requested_member is not null and approved_member is not null
      and approved_member <> requested_member)),
  constraint approved_before_sent check (state in ('requested', 'cancelled') or approved_at is not null),
  constraint sent_before_ended check (
    state in ('requested', 'approved', 'cancelled') or sent_at is not null),
  constraint paid_has_reference check (state <> 'paid' or reference is not null)
);
create index payouts_of_publisher on payments.payouts (publisher_id, id);
create index payouts_under_way on payments.payouts (id) where state in ('approved', 'sending', 'unknown');

-- Whom, what and where never change; a payout moves forwards only (`payout/payout.ts` has the same table).
create function payments.step_payout() returns trigger language plpgsql as $$
begin
  if (new.id, new.publisher_id, new.request_key, new.rail, new.destination_version, new.asset, new.amount,
      new.asked, new.requested_by, new.requested_member, new.needs_approval, new.requested_at)
    is distinct from
    (old.id, old.publisher_id, old.request_key, old.rail, old.destination_version, old.asset, old.amount,
      old.asked, old.requested_by, old.requested_member, old.needs_approval, old.requested_at)
    or (old.state, new.state) not in (
      ('requested', 'approved'), ('requested', 'cancelled'),
      ('approved', 'sending'), ('approved', 'cancelled'),
      ('sending', 'paid'), ('sending', 'failed'), ('sending', 'unknown'),
      ('unknown', 'paid'), ('unknown', 'failed'), ('unknown', 'sending'),
      ('paid', 'returned')
    ) then
    raise exception 'payments: a payout that is % cannot become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'payout_steps';
  end if;
  return new;
end $$;
create trigger step_payout before update on payments.payouts
  for each row execute function payments.step_payout();

-- A destination is approved once, and is otherwise as it was added.
create function payments.approve_destination() returns trigger language plpgsql as $$
begin
  if (new.organization_id, new.version, new.rail, new.sealed, new.hint, new.added_by, new.added_at)
    is distinct from
    (old.organization_id, old.version, old.rail, old.sealed, old.hint, old.added_by, old.added_at)
    or old.approved_at is not null then
    raise exception 'payments: a destination does not change'
      using errcode = 'check_violation', constraint = 'destination_is_fixed';
  end if;
  return new;
end $$;
create trigger approve_destination before update on payments.payee_destinations
  for each row execute function payments.approve_destination();

create function payments.refuse_removal() returns trigger language plpgsql as $$
begin
  raise exception 'payments: % is kept, % refused', tg_table_name, tg_op
    using errcode = 'object_not_in_prerequisite_state';
end $$;
create trigger kept before delete or truncate on payments.payouts
  for each statement execute function payments.refuse_removal();
create trigger kept before delete or truncate on payments.payee_destinations
  for each statement execute function payments.refuse_removal();
create trigger kept before delete or truncate on payments.rail_orders
  for each statement execute function payments.refuse_removal();
