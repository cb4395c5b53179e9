-- Reading the audit trail is a permission of its own. Keys of operators that may do everything else may do this too.
update identity.api_keys set permissions = permissions || '{audit:read}'
where not permissions @> '{audit:read}'
  and permissions @> '{servers:read,servers:write,tools:call,keys:read,keys:write,prices:write,usage:read,ledger:read,balance:read,caps:write,organization:read,platform:operate}';
