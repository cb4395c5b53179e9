-- The mandate that a call was bought under; null when its buyer has none.
alter table metering.usage_events add column mandate_id uuid;
