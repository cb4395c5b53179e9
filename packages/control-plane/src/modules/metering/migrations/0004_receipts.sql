-- What a signed receipt says besides: which definition the tool was bought by, and how the amount was split.
-- Null for calls of before: of a posted one nobody can say any more which part of the fee was its own.
alter table metering.usage_events
  add column tool_hash bytea check (octet_length(tool_hash) = 32),
  add column fee numeric(38, 0) check (fee between 0 and posted);
