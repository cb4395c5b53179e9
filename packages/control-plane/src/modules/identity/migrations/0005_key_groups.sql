-- Projects and agents: what keys spend for, and what caps, mandates and stops may bind.
create table identity.key_groups (
  id uuid primary key,
  organization_id uuid not null references identity.organizations (id),
  kind text not null check (kind in ('project', 'agent')),
  name text not null check (char_length(name) between 1 and 120),
  created_at timestamptz not null,
  removed_at timestamptz,
  unique (id, organization_id, kind)
);
create index key_groups_organization on identity.key_groups (organization_id, id desc)
  where removed_at is null;

alter table identity.api_keys
  add column project_id uuid,
  add column agent_id uuid,
  -- The constant halves of the references below: a key belongs to its own organization's groups, each of its kind.
  add column project_kind text not null default 'project' check (project_kind = 'project'),
  add column agent_kind text not null default 'agent' check (agent_kind = 'agent'),
  add foreign key (project_id, organization_id, project_kind)
    references identity.key_groups (id, organization_id, kind),
  add foreign key (agent_id, organization_id, agent_kind)
    references identity.key_groups (id, organization_id, kind),
  -- The first key of a row of rotations; null: itself. What binds a key binds its successors.
  add column root_id uuid references identity.api_keys (id);
create index api_keys_project on identity.api_keys (project_id) where project_id is not null;
create index api_keys_agent on identity.api_keys (agent_id) where agent_id is not null;
