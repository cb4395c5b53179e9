create schema identity;

create table identity.organizations (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 120),
  status text not null default 'active' check (status in ('active', 'suspended')),
  created_at timestamptz not null
);

create table identity.members (
  id uuid primary key,
  organization_id uuid not null references identity.organizations (id),
  email text not null check (email = lower(email) and char_length(email) <= 254),
  name text not null check (char_length(name) <= 120),
  role text not null check (role in ('admin', 'developer', 'user', 'enterprise')),
  -- Operators run the platform itself, beside what their role allows in their organization.
  operator boolean not null default false,
  created_at timestamptz not null,
  constraint members_email_once unique (email)
);
create index members_organization on identity.members (organization_id);

create table identity.api_keys (
  id uuid primary key,
  organization_id uuid not null references identity.organizations (id),
  -- Null: a key of the organization, which no member's role bounds.
  member_id uuid references identity.members (id),
  purpose text not null check (purpose in ('standard', 'call')),
  name text not null check (char_length(name) between 1 and 120),
  start text not null check (char_length(start) = 16),
  -- SHA-256 of the whole key; the key itself is nowhere (256 random bits need no slow hash).
  digest bytea not null check (octet_length(digest) = 32),
  permissions text[] not null,
  allow jsonb not null,
  deny jsonb not null,
  rate_per_minute integer not null check (rate_per_minute >= 1),
  strict boolean not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  replaced_by uuid references identity.api_keys (id),
  -- Whether gateways were told of it and have not yet been told to forget it.
  announced boolean not null default true,
  constraint api_keys_digest_once unique (digest),
  check (expires_at > created_at)
);
create index api_keys_organization on identity.api_keys (organization_id, id desc);
create index api_keys_expiry on identity.api_keys (expires_at) where announced;
