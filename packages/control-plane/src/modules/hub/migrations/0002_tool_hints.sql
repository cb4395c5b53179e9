-- The other two annotations of MCP; null where the server says nothing.
alter table hub.tools add column destructive_hint boolean, add column open_world_hint boolean;
