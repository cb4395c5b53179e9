-- What each reconciliation compared and found; a difference has a case besides.
create table payments.reconciliations (
  id uuid primary key,
  -- Null: the nightly job.
  asked_by text,
  started_at timestamptz not null,
  finished_at timestamptz not null check (finished_at >= started_at),
  compared jsonb not null,
  findings jsonb not null,
  found integer not null check (found >= 0)
);
