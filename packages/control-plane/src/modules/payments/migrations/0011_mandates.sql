-- What a key or an agent may buy, for how much and until when. Its amounts bind as caps of the scope mandate.
create table payments.mandates (
  id uuid primary key,
  organization_id uuid not null,
  name text not null check (char_length(name) between 1 and 120),
  principal_kind text not null check (principal_kind in ('key', 'agent')),
  principal_id uuid not null,
  allow jsonb not null check (jsonb_typeof(allow) = 'array'),
  asset text not null,
  spend_limit numeric(38, 0) not null check (spend_limit >= 0),
  per_call numeric(38, 0) check (per_call >= 0),
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  revoked_at timestamptz,
  -- Whether gateways know it: an ended one is forgotten when another one keeps its principal bound.
  announced boolean not null default true
);
create index mandates_of_organization on payments.mandates (organization_id, id desc);
create index mandates_of_principal on payments.mandates (principal_id) where announced;

-- What was given never changes; a mandate is only revoked, once, and forgotten.
create function payments.refuse_changed_mandate() returns trigger language plpgsql as $$
begin
  if (to_jsonb(old) - 'revoked_at' - 'announced') is distinct from (to_jsonb(new) - 'revoked_at' - 'announced')
     or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
    raise exception 'a mandate never changes' using constraint = 'mandate_never_changes', errcode = '23514';
  end if;
  return new;
end $$;
create trigger mandate_never_changes before update on payments.mandates
  for each row execute function payments.refuse_changed_mandate();
