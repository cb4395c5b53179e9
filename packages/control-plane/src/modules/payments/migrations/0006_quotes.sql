-- Where rates come from. Sources of one asset agree on what it is; the lowest rank is asked first.
create table payments.quote_sources (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  asset text not null,
  scale smallint not null check (scale between 0 and 38),
  stablecoin boolean not null,
  rank integer not null check (rank between 0 and 1000),
  heartbeat_ms bigint not null check (heartbeat_ms between 1000 and 604800000),
  -- Either an address to ask, or a rate that an operator set and the platform signed.
  kind text not null check (kind in ('http', 'manual')),
  detail jsonb not null,
  changed_at timestamptz not null
);
create index quote_sources_of_asset on payments.quote_sources (asset, rank, name);

-- A quote as it was signed; it never changes, and is forgotten when it expired unused.
create table payments.quotes (
  id uuid primary key,
  organization_id uuid not null,
  asset text not null,
  expires_at timestamptz not null,
  document text not null
);
create index quotes_by_expiry on payments.quotes (expires_at);

-- The one row that makes a quote count once.
create table payments.quote_uses (
  quote_id uuid primary key references payments.quotes,
  rail text not null check (rail <> ''),
  reference text not null check (reference <> ''),
  used_at timestamptz not null
);

-- What rounding up to the asset's smallest unit left to a payer, in atto-USD: the next quote asks for less.
create table payments.quote_carries (
  organization_id uuid not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount >= 0),
  primary key (organization_id, asset)
);

-- What was signed, and what was spent, stays as it was; what was used cannot be forgotten (its use refers to it).
create function payments.refuse_quote_change() returns trigger language plpgsql as $$
begin
  raise exception '% is never changed, % refused', tg_table_name, tg_op
    using errcode = 'restrict_violation';
end $$;
create trigger quotes_never_change before update or truncate on payments.quotes
  for each statement execute function payments.refuse_quote_change();
create trigger quote_uses_are_append_only before update or delete or truncate on payments.quote_uses
  for each statement execute function payments.refuse_quote_change();
