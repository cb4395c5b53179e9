create schema payments;

-- Each history of this database has a number, raised on a restore (spending §5.18). While frozen, nothing
-- new is granted.
create table payments.ledger_epoch (
  singleton boolean primary key default true check (singleton),
  epoch integer not null check (epoch >= 1),
  frozen boolean not null,
  reason text not null,
  raised_at timestamptz not null
);
insert into payments.ledger_epoch values (true, 1, false, 'the first history of this database', now());

-- One row per gateway process start. A later process that found its journal takes it over.
create table payments.incarnations (
  id uuid primary key,
  slot text not null check (slot <> ''),
  state text not null check (state in ('open', 'ended', 'lost')),
  -- The epoch in which its leases and cursor were last reported.
  reported_epoch integer not null check (reported_epoch >= 1),
  -- How far its journal was said to reach: after a restore, everything up to here must be applied again.
  reported_seq bigint not null default 0 check (reported_seq >= 0),
  successor_id uuid references payments.incarnations check (successor_id <> id),
  registered_at timestamptz not null,
  closed_at timestamptz,
  check ((state = 'open') = (closed_at is null))
);
create index incarnations_open on payments.incarnations (slot) where state = 'open';

-- Unpartitioned on purpose: the one row that makes a journal's records count once (spending §4.15).
create table payments.journal_cursor (
  incarnation_id uuid primary key references payments.incarnations,
  seq bigint not null check (seq >= 0),
  hash bytea not null check (octet_length(hash) = 32)
);

-- The Merkle root of every applied batch, and its leaves: receipts prove membership by a path.
create table payments.journal_batches (
  incarnation_id uuid not null references payments.incarnations,
  first_seq bigint not null check (first_seq >= 1),
  last_seq bigint not null,
  merkle_root bytea not null check (octet_length(merkle_root) = 32),
  leaves bytea not null,
  applied_at timestamptz not null,
  primary key (incarnation_id, first_seq),
  check (octet_length(leaves) = 32 * (last_seq - first_seq + 1))
);

-- What the platform put forward so that a lease lost by a restore could be posted again (spending §5.18);
-- collected from the payer once the journals have been applied again.
create table payments.advances (
  lease_id uuid primary key,
  payer_id uuid not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount > 0),
  advanced_at timestamptz not null,
  collected_at timestamptz
);

-- Grants to one payer are serialized on its row, so that what was read as available still is when it is taken.
create table payments.payers (organization_id uuid primary key);

create table payments.leases (
  id uuid primary key,
  incarnation_id uuid not null references payments.incarnations,
  -- Null for a lease that was posted again from a gateway's report.
  request_id text,
  payer_id uuid not null references payments.payers,
  asset text not null,
  granted numeric(38, 0) not null check (granted > 0),
  used numeric(38, 0) not null default 0 check (used >= 0),
  returned numeric(38, 0) not null default 0 check (returned >= 0),
  state text not null default 'open' check (state in ('open', 'closed', 'lost')),
  epoch integer not null,
  -- When new reservations stop; it never frees money (spending §1.3).
  stops_at timestamptz not null,
  recall_asks integer not null default 0 check (recall_asks >= 0),
  recall_asked_at timestamptz,
  opened_at timestamptz not null,
  closed_at timestamptz,
  constraint lease_not_overspent check (used + returned <= granted),
  constraint closed_lease_is_empty check (state = 'open' or used + returned = granted),
  unique (incarnation_id, request_id)
);
create index leases_open_of_payer on payments.leases (payer_id) where state = 'open';
create index leases_open_of_incarnation on payments.leases (incarnation_id) where state = 'open';

create table payments.caps (
  id uuid primary key,
  organization_id uuid not null,
  scope_kind text not null check (scope_kind in ('organization', 'key')),
  scope_id uuid not null,
  period text not null check (period in ('hour', 'day', 'month', 'total')),
  asset text not null,
  amount numeric(38, 0) not null check (amount >= 0),
  created_at timestamptz not null,
  removed_at timestamptz
);
create index caps_of_organization on payments.caps (organization_id, id) where removed_at is null;

-- What leases hold of a cap in one named window. The ceiling is the cap's amount, except after the cap
-- was lowered below what had been taken: then it follows what is taken downwards.
create table payments.cap_windows (
  cap_id uuid not null references payments.caps,
  starts_at timestamptz not null,
  ends_at timestamptz,
  ceiling numeric(38, 0) not null check (ceiling >= 0),
  taken numeric(38, 0) not null check (taken >= 0),
  primary key (cap_id, starts_at),
  constraint cap_not_exceeded check (taken <= ceiling)
);

-- The vector of a lease: every window that it was taken from, besides the balance.
create table payments.lease_windows (
  lease_id uuid not null references payments.leases,
  cap_id uuid not null,
  starts_at timestamptz not null,
  primary key (lease_id, cap_id),
  foreign key (cap_id, starts_at) references payments.cap_windows
);
create index lease_windows_of_cap on payments.lease_windows (cap_id, starts_at);

-- The cumulative gross that fees are computed on (spending §2.9).
create table payments.fee_totals (
  payer_id uuid not null,
  publisher_id uuid not null,
  asset text not null,
  fee_bps integer not null check (fee_bps between 0 and 10000),
  gross numeric(38, 0) not null check (gross >= 0),
  primary key (payer_id, publisher_id, asset, fee_bps)
);

-- A keyed purchase posts once, in whichever journal it arrives first (spending §3.10).
create table payments.purchases (
  id uuid primary key,
  event_id uuid,
  posted_at timestamptz not null
);
create index purchases_by_age on payments.purchases (posted_at);

-- Durable intents whose end is not known yet (spending §3.12).
create table payments.intents (
  id uuid primary key,
  incarnation_id uuid not null references payments.incarnations,
  at timestamptz not null,
  lease_id uuid not null,
  payer_id uuid not null,
  server_id uuid not null,
  tool text not null,
  reserved numeric(38, 0) not null check (reserved >= 0),
  purchase_id uuid,
  opens_case boolean not null
);
create index intents_of_incarnation on payments.intents (incarnation_id);

-- What a person has to look at. One open case per kind and subject; further occurrences are added to it.
create table payments.cases (
  id uuid primary key,
  kind text not null,
  subject text not null,
  organization_id uuid,
  incarnation_id uuid,
  asset text,
  amount numeric(38, 0) not null default 0 check (amount >= 0),
  occurrences integer not null default 1 check (occurrences >= 1),
  detail jsonb not null,
  state text not null default 'open' check (state in ('open', 'resolved')),
  opened_at timestamptz not null,
  last_at timestamptz not null
);
create unique index cases_open on payments.cases (kind, subject, coalesce(asset, '')) where state = 'open';
create index cases_of_organization on payments.cases (organization_id, id);

-- Top-ups by the demo rail, one per idempotency key of the operator that made it.
create table payments.top_ups (
  operator_id uuid not null,
  idempotency_key text not null,
  organization_id uuid not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount > 0),
  transfer_id uuid not null unique,
  created_at timestamptz not null,
  primary key (operator_id, idempotency_key)
);
