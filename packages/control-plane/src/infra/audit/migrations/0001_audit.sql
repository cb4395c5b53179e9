create schema audit;

create table audit.entries (
  id uuid primary key,
  at timestamptz not null,
  organization_id uuid,
  actor text not null check (char_length(actor) between 1 and 200),
  action text not null check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
  target text not null check (char_length(target) between 1 and 200),
  detail jsonb not null default '{}'::jsonb
);
create index entries_organization on audit.entries (organization_id, at desc);
create index entries_target on audit.entries (target, at desc);

create function audit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete or truncate on audit.entries
  for each statement execute function audit.refuse_change();
