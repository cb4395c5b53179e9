-- What a posted call came after, so that its price and its fee can be worked out again from its own row: the gross
-- that its fee is cumulative over, and the units of its month where they decide the price. Null before they were kept.
alter table metering.usage_events
  add column gross_before numeric(38, 0) check (gross_before >= 0),
  add column units_before jsonb check (jsonb_typeof(units_before) = 'object');
