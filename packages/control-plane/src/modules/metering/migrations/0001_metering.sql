create schema metering;

-- Immutable price versions: the counter runs per (server, tool), so a price can be named by number.
create table metering.prices (
  id uuid primary key,
  server_id uuid not null,
  tool text not null,
  version integer not null check (version >= 1),
  -- Who owned the server when the price was published: who is paid under this version.
  publisher_id uuid not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount >= 0),
  fee_bps integer not null check (fee_bps between 0 and 10000),
  published_at timestamptz not null,
  starts_at timestamptz not null check (starts_at >= published_at),
  unique (server_id, tool, version)
);

-- One row per call, as journalled, and what became of its amount.
create table metering.usage_events (
  id uuid primary key,
  incarnation_id uuid not null,
  seq bigint not null check (seq >= 1),
  at timestamptz not null,
  lease_id uuid,
  payer_id uuid not null,
  key_id uuid not null,
  member_id uuid,
  server_id uuid not null,
  publisher_id uuid not null,
  method text not null,
  tool text not null,
  price_id uuid,
  fee_bps integer not null check (fee_bps between 0 and 10000),
  asset text not null,
  reserved numeric(38, 0) not null check (reserved >= 0),
  amount numeric(38, 0) not null check (amount >= 0),
  -- What the payer paid for it: the rated amount, or nothing.
  posted numeric(38, 0) not null check (posted >= 0),
  disposition text not null
    check (disposition in ('free', 'posted', 'duplicate_purchase', 'suspense')),
  transfer_id uuid,
  outcome text not null,
  purchase_id uuid,
  attempt bigint not null,
  snapshot_version bigint not null,
  duration_ms double precision not null,
  request_bytes bigint not null,
  result_bytes bigint not null,
  unique (incarnation_id, seq),
  check ((disposition = 'posted') = (posted > 0)),
  check (disposition <> 'posted' or transfer_id is not null)
);

-- Usage is read by payer and by publisher, newest first: ids are in order of time (UUIDv7).
create index usage_events_of_payer on metering.usage_events (payer_id, id);
create index usage_events_of_publisher on metering.usage_events (publisher_id, id);

create function metering.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_schema || '.' || tg_table_name
    using errcode = 'restrict_violation';
end
$$;

create trigger prices_are_immutable before update or delete or truncate on metering.prices
  for each statement execute function metering.refuse_change();
create trigger usage_events_are_immutable before update or delete or truncate on metering.usage_events
  for each statement execute function metering.refuse_change();
