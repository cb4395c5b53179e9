export const LOCK_CURSOR = `
  select seq, hash from payments.journal_cursor where incarnation_id = $1 for update`

export const ADVANCE_CURSOR = `
  update payments.journal_cursor set seq = $2, hash = $3 where incarnation_id = $1`

export const ADD_BATCH = `
  insert into payments.journal_batches (incarnation_id, first_seq, last_seq, merkle_root, leaves, applied_at)
  values ($1, $2, $3, $4, $5, $6)`

// In order of id, so that two journals with the same purchases wait and never deadlock.
export const CLAIM_PURCHASES = `
  insert into payments.purchases (id, posted_at)
  select id, $2 from unnest($1::uuid[]) as p (id) order by id
  on conflict do nothing returning id`

export const KEEP_PURCHASES = `
  update payments.purchases p set event_id = k.event_id
  from unnest($1::uuid[], $2::uuid[]) as k (id, event_id) where p.id = k.id`

export const DROP_PURCHASES = `
  delete from payments.purchases where id = any($1::uuid[]) and event_id is null`

export const PRUNE_PURCHASES = `
  delete from payments.purchases where id in
    (select id from payments.purchases where posted_at < $1 order by posted_at limit $2
     for update skip locked)`

export const INTENTS = `
  select * from payments.intents
  where incarnation_id = $1 and ($2::uuid[] is null or id = any($2)) order by id`

export const OPEN_INTENTS = `
  insert into payments.intents (incarnation_id, id, at, lease_id, payer_id, server_id, tool, reserved,
    purchase_id, opens_case)
  select $1, intent.* from jsonb_to_recordset($2::jsonb) as intent (id uuid, at timestamptz,
    lease_id uuid, payer_id uuid, server_id uuid, tool text, reserved numeric, purchase_id uuid,
    opens_case boolean)
  on conflict (id) do nothing`

export const CLOSE_INTENTS = `
  delete from payments.intents where incarnation_id = $1 and id = any($2::uuid[])`

const METER_KEYS = 'unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])'

export const ADD_METER_TOTALS = `
  insert into payments.meter_totals (payer_id, price_id, meter, month, units)
  select distinct payer_id, price_id, meter, to_date(month, 'YYYY-MM'), 0
  from ${METER_KEYS} as k (payer_id, price_id, meter, month)
  order by payer_id, price_id, meter, to_date(month, 'YYYY-MM')
  on conflict do nothing`

export const LOCK_METER_TOTALS = `
  select payer_id, price_id, meter, to_char(month, 'YYYY-MM') as month, units from payments.meter_totals
  where (payer_id, price_id, meter, month) in
    (select payer_id, price_id, meter, to_date(month, 'YYYY-MM')
     from ${METER_KEYS} as k (payer_id, price_id, meter, month))
  order by payer_id, price_id, meter, payments.meter_totals.month for no key update`

export const SAVE_METER_TOTALS = `
  update payments.meter_totals t set units = s.units
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::numeric[])
    as s (payer_id, price_id, meter, month, units)
  where t.payer_id = s.payer_id and t.price_id = s.price_id and t.meter = s.meter
    and t.month = to_date(s.month, 'YYYY-MM')`

const FEE_KEYS = 'unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::uuid[])'

export const ADD_FEE_TOTALS = `
  insert into payments.fee_totals (payer_id, publisher_id, asset, fee_bps, share_id, gross)
  select payer_id, publisher_id, asset, fee_bps, share_id, 0
  from ${FEE_KEYS} as k (payer_id, publisher_id, asset, fee_bps, share_id)
  order by payer_id, publisher_id, asset, fee_bps, share_id
  on conflict do nothing`

export const LOCK_FEE_TOTALS = `
  select payer_id, publisher_id, asset, fee_bps, share_id, gross, refunded from payments.fee_totals
  where (payer_id, publisher_id, asset, fee_bps, share_id) in (select * from ${FEE_KEYS})
  order by payer_id, publisher_id, asset, fee_bps, share_id for no key update`

export const SAVE_FEE_TOTALS = `
  update payments.fee_totals t set gross = s.gross, refunded = s.refunded
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::uuid[], $6::numeric[],
    $7::numeric[]) as s (payer_id, publisher_id, asset, fee_bps, share_id, gross, refunded)
  where t.payer_id = s.payer_id and t.publisher_id = s.publisher_id and t.asset = s.asset
    and t.fee_bps = s.fee_bps and t.share_id = s.share_id`
