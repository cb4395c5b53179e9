// The SQL of the eight aggregations. Everything is exact: integers of 18 decimal places, and milliseconds.

/** What events `e` come to; of several at one time the last id counts as the latest. */
const TALLY = `
  count(e.event_id) as events,
  coalesce(sum(e.quantity), 0) as sum,
  min(e.quantity) as least,
  max(e.quantity) as most,
  (array_agg(e.quantity order by e.at desc, e.event_id desc)
    filter (where e.quantity is not null))[1] as latest,
  count(distinct e.member) as members`

/** $2, $3 starts and ends. */
const WINDOWS = `unnest($2::timestamptz[], $3::timestamptz[])
  with ordinality as w (from_at, to_at, place)`

/** $1 meter, $2 starts, $3 ends, $4 subject or null, $5 known at: a tally of each window, in order. */
export const WINDOW_TALLIES = `
select t.*, 0::numeric as level_ms
from ${WINDOWS}
cross join lateral (
  select ${TALLY},
    count(e.event_id) filter (where e.received_at >= w.to_at) as late_events
  from metering.meter_events e
  where e.meter_id = $1 and e.at >= w.from_at and e.at < w.to_at
    and ($4::text is null or e.subject = $4) and e.received_at < $5
) t
order by w.place`

/** $1 meter, $2 from, $3 to, $4 after subject or null, $5 known at, $6 limit: a tally of each subject. */
export const SUBJECT_TALLIES = `
select e.subject, ${TALLY}, 0::numeric as level_ms
from metering.meter_events e
where e.meter_id = $1 and e.at >= $2 and e.at < $3
  and ($4::text is null or e.subject > $4) and e.received_at < $5
group by e.subject order by e.subject limit $6`

/**
 * The stretches of time that each level lasted: from its event to the subject's next one, or to now. Of the
 * time before a period only the last level of each subject matters.
 */
function spans(from: string, to: string, condition: string, now: string): string {
  return `
with before as (
  select distinct on (e.subject) e.subject, e.at, e.event_id, e.quantity
  from metering.meter_events e
  where e.meter_id = $1 and e.at < ${from} and e.received_at < $5 and ${condition}
  order by e.subject, e.at desc, e.event_id desc
), level as (
  select * from before
  union all
  select e.subject, e.at, e.event_id, e.quantity from metering.meter_events e
  where e.meter_id = $1 and e.at >= ${from} and e.at < ${to} and e.received_at < $5
    and ${condition}
), span as (
  select subject, quantity, at as from_at,
    least(coalesce(lead(at) over (partition by subject order by at, event_id), ${now}::timestamptz),
      ${now}::timestamptz) as to_at
  from level
)`
}

/** Milliseconds that a span `s` and a part of time have in common; a level of the future has none yet. */
const sharedMs = (from: string, to: string): string =>
  `greatest((extract(epoch from least(s.to_at, ${to}) - greatest(s.from_at, ${from})) * 1000)::bigint, 0)`

const OF_SUBJECT = '($4::text is null or e.subject = $4)'
const AFTER_SUBJECT = '($4::text is null or e.subject > $4)'
const STARTS = '($2::timestamptz[])[1]'
const ENDS = '($3::timestamptz[])[array_length($3::timestamptz[], 1)]'

/** As {@link WINDOW_TALLIES}, $6 now, with the levels. */
export const WINDOW_LEVELS = `${spans(STARTS, ENDS, OF_SUBJECT, '$6')}
select t.*, coalesce(l.level_ms, 0) as level_ms
from ${WINDOWS}
cross join lateral (
  select ${TALLY},
    count(e.event_id) filter (where e.received_at >= w.to_at) as late_events
  from metering.meter_events e
  where e.meter_id = $1 and e.at >= w.from_at and e.at < w.to_at and ${OF_SUBJECT}
    and e.received_at < $5
) t
left join lateral (
  select sum(s.quantity * ${sharedMs('w.from_at', 'w.to_at')}) as level_ms
  from span s where s.from_at < w.to_at and s.to_at > w.from_at
) l on true
order by w.place`

/** As {@link SUBJECT_TALLIES}, $7 now, with the levels; a level of before counts its subject in. */
export const SUBJECT_LEVELS = `${spans('$2::timestamptz', '$3::timestamptz', AFTER_SUBJECT, '$7')},
page as (select distinct subject from level order by subject limit $6)
select p.subject, t.*, coalesce(l.level_ms, 0) as level_ms
from page p
cross join lateral (
  select ${TALLY} from metering.meter_events e
  where e.meter_id = $1 and e.subject = p.subject and e.at >= $2 and e.at < $3
    and e.received_at < $5
) t
left join lateral (
  select sum(s.quantity * ${sharedMs('$2::timestamptz', '$3::timestamptz')}) as level_ms
  from span s where s.subject = p.subject and s.from_at < $3 and s.to_at > $2
) l on true
order by p.subject`
