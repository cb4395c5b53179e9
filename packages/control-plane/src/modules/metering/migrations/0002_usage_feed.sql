-- What the live stream reads: one short-lived row per posted batch, in the order of transactions. A reader
-- takes only what lies below the oldest transaction that still runs, so nothing can come in before it.
create table metering.usage_feed (
  posted_in xid8 not null default pg_current_xact_id(),
  incarnation_id uuid not null,
  first_seq bigint not null,
  last_seq bigint not null,
  posted_at timestamptz not null default now(),
  primary key (posted_in, incarnation_id)
);

-- One row: up to which transaction rows were deleted. A reader that has not come past it has a gap.
create table metering.usage_feed_start (
  singleton boolean primary key default true check (singleton),
  forgotten xid8 not null
);
insert into metering.usage_feed_start (forgotten) values ('0');
