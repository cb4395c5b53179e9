import { toUuid } from '@mcp-orchestra/kernel'
import type { Database } from '../../../infra/postgres/index.ts'
import type { FedEvent, UsageFeed } from '../live/feed.ts'
import { eventOf, type UsageRow } from './usage-row.ts'

/** The NOTIFY channel that wakes the readers of all processes; it carries nothing. */
const CHANNEL = 'usage_posted'

/** How far back the stream reaches, in minutes: a reader that lost its connection is back in seconds. */
const REACH_MINUTES = 15

type Head = {
  horizon: string
  is_held_back: boolean
  has_gap: boolean
}
type Row = Head & { posted_in: string | null } & UsageRow

// One statement, so one moment: below the oldest running transaction nothing can appear any more.
const MOMENT = `with moment as (
    select pg_snapshot_xmin(pg_current_snapshot()) as horizon,
      pg_snapshot_xmax(pg_current_snapshot()) as next)`

const HEAD = `${MOMENT} select horizon::text from moment`

// `is true` keeps the planner from the indexes of payer and publisher, which hold every call there ever was.
const READ = `${MOMENT}
  select moment.horizon::text, found.*,
    exists (select from metering.usage_feed where posted_in >= moment.horizon) as is_held_back,
    ($1::text::xid8 <= start.forgotten or $1::text::xid8 > moment.next) as has_gap
  from moment cross join metering.usage_feed_start as start
  left join lateral (
    select batch.posted_in::text as posted_in, event.*
    from metering.usage_feed as batch
    join metering.usage_events as event on event.incarnation_id = batch.incarnation_id
      and event.seq between batch.first_seq and batch.last_seq
    where batch.posted_in >= $1::text::xid8 and batch.posted_in < moment.horizon
      and (batch.posted_in > $1::text::xid8 or event.seq > $2)
      and ((event.payer_id = any($3::uuid[])) is true
        or (event.publisher_id = any($3::uuid[])) is true)
    order by batch.posted_in, event.seq limit $4) as found on true
  order by found.posted_in::xid8, found.seq`

const PRUNE = `with gone as (
    delete from metering.usage_feed where posted_at < now() - interval '${REACH_MINUTES} minutes'
    returning posted_in),
  moment as (select pg_snapshot_xmax(pg_current_snapshot()) as next),
  -- After a restore into another cluster, transactions that this one has not reached are nobody's.
  marked as (update metering.usage_feed_start set forgotten = greatest(
      case when forgotten < next then forgotten else '0' end,
      coalesce((select max(posted_in) from gone where posted_in < next), '0'))
    from moment where exists (select from gone) or forgotten >= next)
  select count(*)::integer as pruned from gone`

/** The feed in `metering.usage_feed`, which lists the posted batches of the last minutes. */
export function createPostgresUsageFeed(database: Database): UsageFeed {
  return {
    async head() {
      const { rows } = await database.query<{ horizon: string }>({
        name: 'metering.feed_head',
        text: HEAD,
      })
      return { transaction: BigInt(rows[0]?.horizon ?? 0), seq: 0 }
    },
    async read({ after, organizations, limit }) {
      const { rows } = await database.query<Row>({
        name: 'metering.feed_read',
        text: READ,
        values: [after.transaction.toString(), after.seq, organizations.map(toUuid), limit],
      })
      const events = rows.flatMap((row): FedEvent[] => {
        if (row.posted_in === null) return []
        const event = eventOf(row)
        const cursor = { transaction: BigInt(row.posted_in), seq: event.seq }
        return [{ kind: 'usage', event, cursor }]
      })
      const [head] = rows
      const last = events.at(-1)
      const isCut = events.length === limit && last !== undefined
      return {
        events,
        isCut,
        position: isCut ? last.cursor : { transaction: BigInt(head?.horizon ?? 0), seq: 0 },
        isHeldBack: head?.is_held_back ?? false,
        hasGap: head?.has_gap ?? false,
      }
    },
    async announce() {
      await database.query({
        name: 'metering.announce',
        text: `select pg_notify('${CHANNEL}', '')`,
      })
    },
    async listen(onAnnounced) {
      await database.listen(CHANNEL, onAnnounced)
    },
    async prune() {
      const { rows } = await database.query<{ pruned: number }>({ text: PRUNE })
      return rows[0]?.pruned ?? 0
    },
  }
}
