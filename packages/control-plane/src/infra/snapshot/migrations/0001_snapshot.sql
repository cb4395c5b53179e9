create schema snapshot;

-- One row. Whoever changes the snapshot locks it until commit, so versions have no gaps and are in
-- commit order: a reader that has version N has everything up to N.
create table snapshot.head (
  singleton boolean primary key default true check (singleton),
  version bigint not null check (version >= 0)
);
insert into snapshot.head (version) values (0);

-- What each entity is now: the source of a full snapshot.
create table snapshot.entities (
  kind text not null,
  id text not null,
  version bigint not null,
  body jsonb not null,
  primary key (kind, id)
);

-- What changed, in order: the source of deltas. Old rows may be deleted; who is further behind gets a
-- full snapshot.
create table snapshot.changes (
  version bigint primary key,
  kind text not null,
  id text not null,
  body jsonb,
  changed_at timestamptz not null default now()
);
