-- Totals of usage are apart for each agreement on shares (see metering).
alter table billing.invoiced
  add column share_id uuid not null default '00000000-0000-0000-0000-000000000000',
  drop constraint invoiced_pkey,
  add primary key (side, organization_id, payer_id, publisher_id, server_id, tool, price_id, month, share_id);
