-- Under which agreement on shares a call was sold, and what of its amount went to those who have one, in the order
-- of the agreement. Null and nothing for calls that nobody shares.
alter table metering.usage_events
  add column share_id uuid,
  add column shares numeric(38, 0)[] not null default '{}';

-- Totals follow: fees are cumulative for each agreement apart.
alter table metering.usage_totals
  add column share_id uuid not null default '00000000-0000-0000-0000-000000000000',
  drop constraint usage_totals_pkey,
  add primary key (payer_id, publisher_id, server_id, tool, price_id, month, share_id);
