-- What a price meters besides its amount per call, as gateways get it; null for most prices.
alter table metering.prices add column metered jsonb;
