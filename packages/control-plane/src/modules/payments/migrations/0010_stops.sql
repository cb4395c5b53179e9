-- Spending that was stopped (spending §7.20). A stop is in force until somebody resumes it.
create table payments.stops (
  id uuid primary key,
  organization_id uuid not null,
  scope_kind text not null
    check (scope_kind in ('organization', 'project', 'agent', 'key', 'mandate', 'server')),
  scope_id uuid not null,
  reason text not null check (char_length(reason) between 1 and 300),
  by_operator boolean not null,
  stopped_by text not null,
  stopped_at timestamptz not null,
  resumed_at timestamptz,
  check (resumed_at >= stopped_at),
  check (scope_kind <> 'organization' or scope_id = organization_id)
);
create unique index stops_in_force on payments.stops (organization_id, scope_kind, scope_id)
  where resumed_at is null;
create index stops_of_organization on payments.stops (organization_id, id desc);
