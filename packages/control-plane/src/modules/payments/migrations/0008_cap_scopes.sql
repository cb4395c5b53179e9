-- Caps bind projects, agents, mandates and each session too, and single calls.
alter table payments.caps
  drop constraint caps_scope_kind_check,
  drop constraint caps_period_check,
  -- Of a session cap: whose sessions, named by scope_id.
  add column session_of text,
  add constraint caps_scope_kind_check
    check (scope_kind in ('organization', 'project', 'agent', 'key', 'session', 'mandate')),
  add constraint caps_period_check check (period in ('call', 'hour', 'day', 'month', 'total')),
  add constraint caps_session_of check (
    case scope_kind when 'session'
      then coalesce(session_of in ('organization', 'project', 'agent', 'key'), false)
      else session_of is null end),
  -- A session is counted from its first call to its last.
  add constraint session_caps_are_total check (scope_kind <> 'session' or period = 'total');
create index caps_of_scope on payments.caps (scope_id) where removed_at is null;

-- A session cap has a window for each session: the SHA-256 of what its calls name, made on first use. Of other
-- caps it is empty.
alter table payments.lease_windows drop constraint lease_windows_cap_id_starts_at_fkey;
alter table payments.cap_windows
  drop constraint cap_windows_pkey,
  add column session text not null default '' check (session ~ '^([0-9a-f]{64})?$'),
  add primary key (cap_id, starts_at, session);
alter table payments.lease_windows
  add column session text not null default '',
  add foreign key (cap_id, starts_at, session) references payments.cap_windows;
drop index payments.lease_windows_of_cap;
create index lease_windows_of_cap on payments.lease_windows (cap_id, starts_at, session);

-- No lease is taken from a ceiling per call, so it has no windows.
create function payments.refuse_windows_of_ceilings() returns trigger language plpgsql as $$
begin
  if exists (select 1 from payments.caps where id = new.cap_id
             and (period = 'call' or (scope_kind = 'session') <> (new.session <> ''))) then
    raise exception 'a window is not of its cap''s kind' using constraint = 'window_of_its_kind', errcode = '23514';
  end if;
  return new;
end $$;
create trigger window_of_its_kind before insert on payments.cap_windows
  for each row execute function payments.refuse_windows_of_ceilings();
