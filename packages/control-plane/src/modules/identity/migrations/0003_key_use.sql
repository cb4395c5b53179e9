-- The minute in which the key was last used; null until it is. Written at most once a minute.
alter table identity.api_keys add column last_used_at timestamptz;
