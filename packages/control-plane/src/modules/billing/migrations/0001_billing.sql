create schema billing;

create function billing.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_schema || '.' || tg_table_name
    using errcode = 'restrict_violation';
end
$$;

-- Who somebody is on an invoice. Versions count from 1; the highest one is in force.
create table billing.profiles (
  organization_id uuid not null,
  version integer not null check (version >= 1),
  party jsonb not null,
  created_at timestamptz not null,
  primary key (organization_id, version)
);
create trigger profiles_are_immutable before update or delete or truncate on billing.profiles
  for each statement execute function billing.refuse_change();

-- Whom we invoice (payers), or who invoices us through us (publishers). One row serializes the invoices of a party;
-- `carry` is what was invoiced exactly and not yet in whole cents, in atto-USD: it goes into the next invoice.
create table billing.parties (
  organization_id uuid not null,
  side text not null check (side in ('payer', 'publisher')),
  carry numeric(38, 0) not null default 0,
  primary key (organization_id, side)
);

-- The last number of each series. It is taken in the transaction that writes the invoice: no gap, ever.
create table billing.series (
  name text primary key,
  last_sequence integer not null check (last_sequence >= 0)
);

create table billing.invoices (
  id uuid primary key,
  kind text not null check (kind in ('invoice', 'self_billing', 'credit_note')),
  series text not null references billing.series,
  sequence integer not null check (sequence >= 1),
  number text not null unique,
  organization_id uuid not null,
  side text not null,
  month date not null check (extract(day from month) = 1),
  issued_at timestamptz not null,
  -- Whole cents; of a credit note, what it takes back.
  total_cents numeric(38, 0) not null,
  document jsonb not null,
  -- What a credit note takes back: one for each invoice.
  original_id uuid unique references billing.invoices,
  unique (series, sequence),
  foreign key (organization_id, side) references billing.parties,
  check ((kind = 'credit_note') = (original_id is not null))
);
create index invoices_of_organization on billing.invoices (organization_id, id);
create trigger invoices_are_immutable before update or delete or truncate on billing.invoices
  for each statement execute function billing.refuse_change();

-- A number is the next one of its series, or there is no invoice.
create function billing.require_next_number() returns trigger language plpgsql as $$
begin
  if new.sequence <> (select last_sequence from billing.series where name = new.series)
     or new.sequence <> 1 + (select count(*) from billing.invoices where series = new.series) then
    raise exception 'invoice % is not the next of series %', new.sequence, new.series
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger invoices_are_gapless before insert on billing.invoices
  for each row execute function billing.require_next_number();

-- What of each total of usage (see metering) stands on invoices that were not taken back.
create table billing.invoiced (
  side text not null,
  organization_id uuid not null,
  payer_id uuid not null,
  publisher_id uuid not null,
  server_id uuid not null,
  tool text not null,
  price_id uuid not null,
  month date not null,
  calls bigint not null check (calls >= 0),
  exact numeric(38, 0) not null check (exact >= 0),
  primary key (side, organization_id, payer_id, publisher_id, server_id, tool, price_id, month),
  foreign key (organization_id, side) references billing.parties
);
