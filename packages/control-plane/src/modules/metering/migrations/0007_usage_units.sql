-- The tokens that a metered call was charged by, and who counted them.
alter table metering.usage_events
  add column input_tokens bigint check (input_tokens >= 0),
  add column output_tokens bigint check (output_tokens >= 0),
  add column units_from text check (units_from in ('server', 'tokenizer', 'missing')),
  add constraint units_are_whole check (
    (input_tokens is null) = (output_tokens is null)
    and (input_tokens is null or coalesce(units_from, 'missing') <> 'missing'));
