create schema hub;

create table hub.servers (
  id uuid primary key,
  organization_id uuid not null,
  alias text not null check (alias ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
  name text not null check (char_length(name) between 1 and 120),
  enabled boolean not null,
  visibility text not null check (visibility in ('organization', 'everyone')),
  era text not null check (era in ('auto', 'legacy', 'modern')),
  -- Address, headers, command and environment, sealed: they hold secrets.
  transport bytea not null,
  limits jsonb not null,
  announce_prices boolean not null,
  charge_tool_errors boolean not null,
  reach text not null check (reach in ('open_internet', 'anywhere')),
  created_at timestamptz not null,
  removed_at timestamptz
);
-- An alias is free again when its server is gone; the old row stays for the books.
create unique index servers_alias_once on hub.servers (alias) where removed_at is null;
create index servers_organization on hub.servers (organization_id, id desc);

-- What each gateway last said of each server.
create table hub.health (
  server_id uuid not null references hub.servers (id),
  gateway text not null,
  incarnation_id uuid not null,
  state text not null check (state in ('unknown', 'healthy', 'degraded', 'down')),
  era text check (era in ('legacy', 'modern')),
  revision text,
  reason text,
  latency_ms_p50 double precision,
  latency_ms_p99 double precision,
  observed_at timestamptz not null,
  primary key (server_id, gateway)
);

-- The tools as the server last listed them.
create table hub.tools (
  server_id uuid not null references hub.servers (id),
  name text not null,
  title text,
  description text,
  read_only_hint boolean,
  idempotent_hint boolean,
  -- JSON as it was listed; jsonb would refuse what JSON allows (a lone surrogate, a NUL).
  input_schema text,
  definition_hash text not null,
  observed_at timestamptz not null,
  primary key (server_id, name)
);
