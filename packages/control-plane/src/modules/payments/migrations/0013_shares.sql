-- Who has a part of what a server earns besides its publisher. Versions never change: a new one says it all again.
create table payments.share_agreements (
  id uuid primary key,
  server_id uuid not null,
  version integer not null check (version >= 1),
  -- Who owned the server when it was published: it binds only sales of that publisher.
  publisher_id uuid not null,
  published_at timestamptz not null,
  starts_at timestamptz not null check (starts_at > published_at),
  unique (server_id, version)
);

-- In the order of the waterfall. Basis points of what is left after the platform's fee.
create table payments.share_parties (
  agreement_id uuid not null references payments.share_agreements,
  place integer not null check (place >= 1),
  role text not null check (role in ('affiliate', 'template_author', 'co_publisher')),
  organization_id uuid not null,
  bps integer not null check (bps between 1 and 10000),
  primary key (agreement_id, place),
  unique (agreement_id, organization_id)
);

create function payments.require_shares_of_one_whole() returns trigger language plpgsql as $$
begin
  if (select sum(bps) from payments.share_parties where agreement_id = new.agreement_id) > 10000 then
    raise exception 'shares are at most all of the net' using errcode = 'check_violation',
      constraint = 'shares_within_net';
  end if;
  return null;
end
$$;
create constraint trigger shares_within_net after insert on payments.share_parties
  for each row execute function payments.require_shares_of_one_whole();
create trigger agreements_are_immutable before update or delete or truncate on payments.share_agreements
  for each statement execute function payments.refuse_change();
create trigger share_parties_are_immutable before update or delete or truncate on payments.share_parties
  for each statement execute function payments.refuse_change();

-- Fees and shares are cumulative for each agreement apart, so that no order of sales moves a unit between two of
-- them (ADR-0025). The id of nobody stands for sales that nobody shares.
alter table payments.fee_totals
  add column share_id uuid not null default '00000000-0000-0000-0000-000000000000',
  drop constraint fee_totals_pkey,
  add primary key (payer_id, publisher_id, asset, fee_bps, share_id);

-- What of a refund came from those who had shares, in the order of the agreement.
alter table payments.refunds
  add column share_id uuid references payments.share_agreements,
  add column shares numeric(38, 0)[] not null default '{}',
  add column called_at timestamptz;
