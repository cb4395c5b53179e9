-- Giving money back is a permission of its own. Keys of operators that may do everything else may do this too.
update identity.api_keys set permissions = permissions || '{refunds:write}'
where not permissions @> '{refunds:write}'
  and permissions @> '{servers:read,servers:write,tools:call,keys:read,keys:write,prices:write,usage:read,ledger:read,balance:read,caps:write,audit:read,organization:read,platform:operate}';
