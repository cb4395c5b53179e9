-- What a payer used of a meter in one month (UTC, of the calls) under one price version: tiers, free units and minimums
-- are over these, so neither order nor batching changes what a month costs.
create table payments.meter_totals (
  payer_id uuid not null,
  price_id uuid not null,
  meter text not null,
  month date not null check (extract(day from month) = 1),
  units numeric(38, 0) not null check (units >= 0),
  primary key (payer_id, price_id, meter, month)
);
