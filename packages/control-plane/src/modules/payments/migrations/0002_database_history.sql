-- Which history of which cluster the epoch belongs to: another one at start means a restore or a failover
-- (spending §5.18). Null until the first start, and where the server does not let us look.
alter table payments.ledger_epoch
  add column system_identifier bigint,
  add column timeline integer,
  add constraint history_is_whole check ((system_identifier is null) = (timeline is null));
