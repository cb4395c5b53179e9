-- What organizations count by themselves. A definition never changes: only its end is noted.
create table metering.meters (
  id uuid primary key,
  organization_id uuid not null,
  key text not null check (key ~ '^[a-z][a-z0-9_.-]{0,63}$'),
  name text not null,
  unit text not null,
  aggregation text not null check (aggregation in
    ('count', 'sum', 'avg', 'min', 'max', 'unique', 'latest', 'weighted')),
  created_at timestamptz not null,
  archived_at timestamptz,
  unique (organization_id, key)
);
create function metering.refuse_redefinition() returns trigger language plpgsql as $$
begin
  if old.archived_at is not null or (to_jsonb(new) - 'archived_at') <> (to_jsonb(old) - 'archived_at')
  then
    raise exception 'a meter never changes' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger meters_are_immutable before update on metering.meters
  for each row execute function metering.refuse_redefinition();
create trigger meters_stay before delete or truncate on metering.meters
  for each statement execute function metering.refuse_change();

-- One row for each event, under the id that its reporter gave it.
create table metering.meter_events (
  organization_id uuid not null,
  event_id text not null,
  meter_id uuid not null references metering.meters,
  subject text not null,
  at timestamptz not null,
  -- In 18 decimal places, as an integer.
  quantity numeric(38, 0) check (quantity >= 0),
  member text,
  received_at timestamptz not null,
  reporter text not null,
  primary key (organization_id, event_id),
  check (quantity is null or member is null)
);
create index meter_events_in_time on metering.meter_events (meter_id, at);
create index meter_events_of_subject on metering.meter_events (meter_id, subject, at);
create trigger meter_events_are_immutable before update or delete or truncate on metering.meter_events
  for each statement execute function metering.refuse_change();
