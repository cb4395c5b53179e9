-- What of the refunds of a total (see metering) stands on invoices that were not taken back.
alter table billing.invoiced
  add column refunded numeric(38, 0) not null default 0 check (refunded >= 0);
