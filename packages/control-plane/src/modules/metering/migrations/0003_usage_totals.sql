-- What one payer's calls of one tool came to in one month (UTC) under one price version: kept up in the
-- transaction that posts the calls, so that an invoice reads a few rows and never the calls themselves.
create table metering.usage_totals (
  payer_id uuid not null,
  publisher_id uuid not null,
  server_id uuid not null,
  tool text not null,
  price_id uuid not null,
  -- The month of the calls, never that of their posting: its first day.
  month date not null check (extract(day from month) = 1),
  asset text not null,
  fee_bps integer not null check (fee_bps between 0 and 10000),
  calls bigint not null check (calls > 0),
  posted numeric(38, 0) not null check (posted > 0),
  primary key (payer_id, publisher_id, server_id, tool, price_id, month)
);
create index usage_totals_of_publisher on metering.usage_totals (publisher_id);

insert into metering.usage_totals
select payer_id, publisher_id, server_id, tool, price_id,
       date_trunc('month', at at time zone 'UTC')::date, asset, fee_bps, count(*), sum(posted)
from metering.usage_events
where disposition = 'posted'
group by 1, 2, 3, 4, 5, 6, 7, 8;

-- Totals only grow: what was posted is never taken back here, refunds are entries of their own.
create function metering.refuse_shrinking() returns trigger language plpgsql as $$
begin
  if new.calls < old.calls or new.posted < old.posted then
    raise exception 'usage totals only grow' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger usage_totals_grow before update on metering.usage_totals
  for each row execute function metering.refuse_shrinking();
create trigger usage_totals_stay before delete or truncate on metering.usage_totals
  for each statement execute function metering.refuse_change();
