-- How tokens for the server are got, sealed; null: each member connects an account where the server asks.
alter table hub.servers add column upstream_auth bytea;

-- Accounts at servers behind the gateway. One for each server and holder; its issuer and its server's
-- address are in the sealed part too, and in what authenticates it.
create table hub.connections (
  server_id uuid not null references hub.servers (id),
  holder_kind text not null check (holder_kind in ('member', 'organization')),
  holder_id uuid not null,
  issuer text not null,
  state text not null check (state in ('connected', 'expired')),
  -- Grows with each token, and with each authorization.
  generation bigint not null,
  account bigint not null,
  granted_scope text,
  asked_scope text,
  -- What the server asked for beyond it.
  wanted_scope text,
  renews boolean not null,
  expires_at timestamptz,
  connected_at timestamptz not null,
  -- Tokens, client and endpoints.
  grant_sealed bytea not null,
  primary key (server_id, holder_kind, holder_id)
);
create index connections_holder on hub.connections (holder_kind, holder_id);
create index connections_due on hub.connections (expires_at) where state = 'connected' and renews;

-- People who are away to authorize. The state is kept as a digest; the PKCE verifier is sealed.
create table hub.connection_attempts (
  state_digest bytea primary key,
  server_id uuid not null references hub.servers (id),
  holder_kind text not null check (holder_kind in ('member', 'organization')),
  holder_id uuid not null,
  member_id uuid not null,
  pending_sealed bytea not null,
  expires_at timestamptz not null
);
create index connection_attempts_member on hub.connection_attempts (member_id, expires_at);

-- Clients that authorization servers made for us, by who made them.
create table hub.oauth_clients (
  issuer text not null,
  callback_url text not null,
  client_sealed bytea not null,
  secret_expires_at timestamptz,
  primary key (issuer, callback_url)
);

-- The last `WWW-Authenticate` of each server, as a gateway met it: where a connection starts.
create table hub.challenges (
  server_id uuid primary key references hub.servers (id),
  challenge text not null check (char_length(challenge) <= 8192)
);
