-- Orders of the rails that live in this database: prepaid balances, and a bank account worked by hand.
create table payments.rail_orders (
  rail text not null check (rail ~ '^[a-z][a-z0-9-]{0,31}$'),
  kind text not null check (kind in ('deposit', 'hold', 'payout')),
  key text not null check (length(key) between 1 and 200),
  organization_id uuid not null,
  asset text not null,
  amount numeric(38, 0) not null check (amount > 0),
  state text not null check (
    case kind
      when 'hold' then state in ('pending', 'done', 'refused', 'claimed', 'released')
      else state in ('pending', 'done', 'refused', 'returned')
    end
  ),
  claimed numeric(38, 0) not null default 0,
  reference text,
  reason text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (rail, kind, key),
  constraint claimed_of_what_is_held check (claimed >= 0 and claimed <= amount),
  constraint only_a_claim_claims check ((state = 'claimed') = (claimed > 0)),
  constraint waits_or_settled check ((state = 'pending') = (settled_at is null))
);

-- What an order was for never changes, and what it came to changes forwards only.
create function payments.step_rail_order() returns trigger language plpgsql as $$
begin
  if (new.rail, new.kind, new.key, new.organization_id, new.asset, new.amount, new.created_at)
    is distinct from
    (old.rail, old.kind, old.key, old.organization_id, old.asset, old.amount, old.created_at)
    or (old.state, new.state) not in (
      ('pending', 'done'), ('pending', 'refused'), ('done', 'returned'), ('done', 'claimed'),
      ('done', 'released')
    ) then
    raise exception 'payments: an order that is % cannot become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'rail_order_steps';
  end if;
  return new;
end $$;
create trigger step_rail_order before update on payments.rail_orders
  for each row execute function payments.step_rail_order();
