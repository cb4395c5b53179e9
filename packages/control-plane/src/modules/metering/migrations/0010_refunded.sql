-- What was given back of the calls of a total: what they came to is what was posted less this. It only grows too.
alter table metering.usage_totals
  add column refunded numeric(38, 0) not null default 0,
  add constraint refunded_within_posted check (refunded between 0 and posted);

create or replace function metering.refuse_shrinking() returns trigger language plpgsql as $$
begin
  if new.calls < old.calls or new.posted < old.posted or new.refunded < old.refunded then
    raise exception 'usage totals only grow' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
