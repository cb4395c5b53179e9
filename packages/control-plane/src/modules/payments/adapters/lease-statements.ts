// Leases are always locked in order of id, before caps and accounts (spending §1.6).

export const ADD_PAYER = `
  insert into payments.payers (organization_id) values ($1) on conflict do nothing`

export const LOCK_PAYER = `
  select 1 from payments.payers where organization_id = $1 for no key update`

export const LEASE_OF_REQUEST = `
  select * from payments.leases where incarnation_id = $1 and request_id = $2`

export const ADD_LEASE = `
  insert into payments.leases (id, incarnation_id, request_id, payer_id, asset, granted, epoch,
    stops_at, opened_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

export const ADD_LEASE_WINDOWS = `
  insert into payments.lease_windows (lease_id, cap_id, starts_at, session)
  select $1, cap_id, starts_at, session
  from unnest($2::uuid[], $3::timestamptz[], $4::text[]) as w (cap_id, starts_at, session)`

export const LOCK_LEASES = `
  select * from payments.leases where id = any($1::uuid[]) order by id for no key update`

export const LOCK_OPEN_LEASES = `
  select * from payments.leases where incarnation_id = $1 and state = 'open'
  order by id for no key update`

// What moves a lease is an answer to a recall: it may be asked again.
export const APPLY_LEASES = `
  update payments.leases l
  set used = c.used, returned = c.returned, state = c.state, recall_asks = 0,
    closed_at = case when c.state = 'open' then null else $5::timestamptz end
  from unnest($1::uuid[], $2::numeric[], $3::numeric[], $4::text[])
    as c (id, used, returned, state)
  where l.id = c.id`

/** Its values: how often asked, forgotten before, and how many, after those that say of what. */
const recallable = (first: number): string => `
    and l.state = 'open' and l.granted > l.used + l.returned
    and (l.recall_asks < $${first} or l.recall_asked_at < $${first + 1})
  order by l.granted - l.used - l.returned desc, l.id limit $${first + 2}`

export const RECALLABLE_OF_PAYER = `
  select l.id, l.incarnation_id, l.granted - l.used - l.returned as remainder
  from payments.leases l
  where l.payer_id = $1 and l.asset = $2 ${recallable(3)}`

export const RECALLABLE_OF_WINDOW = `
  select l.id, l.incarnation_id, l.granted - l.used - l.returned as remainder
  from payments.lease_windows w join payments.leases l on l.id = w.lease_id
  where w.cap_id = $1 and w.starts_at = $2 and w.session = $3 ${recallable(4)}`

export const RECALLABLE_OF_CAP = `
  select l.id, l.incarnation_id, l.granted - l.used - l.returned as remainder
  from payments.lease_windows w join payments.leases l on l.id = w.lease_id
  where w.cap_id = $1 ${recallable(2)}`

export const NOTE_RECALL = `
  update payments.leases set recall_asked_at = $2,
    recall_asks = case when recall_asked_at < $3 then 1 else recall_asks + 1 end
  where id in (select id from payments.leases where id = any($1::uuid[]) order by id for no key update)`

export const OPEN_REMAINDER = `
  select coalesce(sum(granted - used - returned), 0) as remainder from payments.leases
  where payer_id = $1 and asset = $2 and state = 'open'`

export const EXPOSURE = `
  select l.*, i.slot, coalesce(
    (select array_agg(w.cap_id order by w.cap_id) from payments.lease_windows w where w.lease_id = l.id),
    '{}') as cap_ids
  from payments.leases l join payments.incarnations i on i.id = l.incarnation_id
  where l.state = 'open' and ($1::uuid is null or l.payer_id = $1)
    and ($2::uuid is null or l.id < $2)
  order by l.id desc limit $3`

export const WINDOWS_OF_LEASE = `
  select w.cap_id, c.scope_kind, c.period, w.starts_at, taken.ends_at
  from payments.lease_windows w
  join payments.caps c on c.id = w.cap_id
  join payments.cap_windows taken on taken.cap_id = w.cap_id and taken.starts_at = w.starts_at
    and taken.session = w.session
  where w.lease_id = $1 order by w.cap_id, w.starts_at`
