-- The OpenAPI documents that servers were made from: to offer other operations without sending it again.
create table hub.documents (
  server_id uuid primary key references hub.servers (id),
  organization_id uuid not null,
  -- Sealed for its row: it describes what may not be public.
  document bytea not null,
  read_at timestamptz not null
);
create index documents_organization on hub.documents (organization_id);
