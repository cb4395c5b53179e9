import { assetId, fromUuid, toRfc3339, toUuid, type Id } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { UsageStore } from '../ports.ts'
import type { UsageEvent } from '../usage-event.ts'
import { eventOf, rowOf, USAGE_COLUMNS, type UsageRow } from './usage-row.ts'

const COLUMNS = Object.keys(USAGE_COLUMNS) as (keyof typeof USAGE_COLUMNS)[]

/** One array a column: reading a JSON document of the batch was half of the statement's time. */
const ADD = `insert into metering.usage_events (${COLUMNS.join(', ')})
  select ${COLUMNS.map((name) => (name === 'shares' ? 'shares::numeric[]' : name)).join(', ')}
  from unnest(${COLUMNS.map((name, at) => `$${at + 1}::${USAGE_COLUMNS[name]}[]`).join(', ')})
    as event (${COLUMNS.join(', ')})`

/** The row takes the transaction's own id: the live stream reads in that order. */
const FEED = `insert into metering.usage_feed (incarnation_id, first_seq, last_seq)
  select * from unnest($1::uuid[], $2::bigint[], $3::bigint[])`

/** Which column names an organization that is asked as this side. */
const PARTY = { payer: 'payer_id', publisher: 'publisher_id' } as const

function pageOf(party: (typeof PARTY)[keyof typeof PARTY]): string {
  return `select * from metering.usage_events
          where ${party} = $1 and ($2::uuid is null or server_id = $2)
            and ($3::uuid is null or id < $3) and ($5::text is null or tool = $5)
            and ($6::text is null or outcome = $6) and ($7::timestamptz is null or at >= $7)
            and ($8::timestamptz is null or at < $8)
          order by id desc limit $4`
}

/** Each half in the order of its own index; a call of one's own server is in both, and shown once. */
const PAGE_OF_BOTH = `(${pageOf(PARTY.payer)}) union (${pageOf(PARTY.publisher)}) order by id desc limit $4`

/** Usage events in `metering.usage_events`. */
export const postgresUsageStore: UsageStore = {
  async add(tx, events) {
    if (events.length === 0) return
    const rows = events.map(rowOf)
    await pgOf(tx).query({
      name: 'metering.add_usage',
      text: ADD,
      values: COLUMNS.map((name) => rows.map((row) => row[name])),
    })
    const batches = batchesOf(events)
    await pgOf(tx).query({
      name: 'metering.feed_usage',
      text: FEED,
      values: [
        batches.map(({ incarnationId }) => toUuid(incarnationId)),
        batches.map(({ first }) => first),
        batches.map(({ last }) => last),
      ],
    })
  },
  async known(tx, ids) {
    if (ids.length === 0) return []
    const { rows } = await pgOf(tx).query<{ id: string }>({
      name: 'metering.known_usage',
      text: 'select id from metering.usage_events where id = any($1::uuid[])',
      values: [ids.map(toUuid)],
    })
    return rows.map(({ id }) => fromUuid('evt', id))
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<UsageRow>({
      text: 'select * from metering.usage_events where id = $1',
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : eventOf(rows[0])
  },
  async page(tx, query) {
    const { rows } = await pgOf(tx).query<UsageRow>({
      text: query.side === 'any' ? PAGE_OF_BOTH : pageOf(PARTY[query.side]),
      values: [
        toUuid(query.organizationId),
        query.serverId === undefined ? null : toUuid(query.serverId),
        query.before === undefined ? null : toUuid(query.before),
        query.limit,
        query.tool ?? null,
        query.outcome ?? null,
        query.from === undefined ? null : toRfc3339(query.from),
        query.to === undefined ? null : toRfc3339(query.to),
      ],
    })
    return rows.map(eventOf)
  },
  async splitSums(tx, { publisherId, serverId, month }) {
    const { rows } = await pgOf(tx).query<SplitRow>({
      text: SPLIT_SUMS,
      values: [toUuid(publisherId), toUuid(serverId), month],
    })
    return rows.map(({ share_id, asset, calls, posted, fee, shares }) => ({
      shareId: share_id === null ? null : fromUuid('shr', share_id),
      asset: assetId(asset),
      calls,
      posted,
      fee,
      shares: shares ?? [],
    }))
  },
  async *postedSums(tx) {
    await pgOf(tx).query({ text: DECLARE_SUMS })
    for (;;) {
      const { rows } = await pgOf(tx).query<{ transfer_id: string; asset: string; posted: bigint }>(
        {
          text: `fetch ${SUMS_PER_FETCH} from posted_sums`,
        },
      )
      if (rows.length === 0) return
      yield rows.map(({ transfer_id, asset, posted }) => ({
        transferId: transfer_id,
        asset: assetId(asset),
        posted,
      }))
    }
  },
}

type SplitRow = {
  share_id: string | null
  asset: string
  calls: bigint
  posted: bigint
  fee: bigint
  shares: bigint[] | null
}

const SPLIT_SUMS = `
  with sold as (
    select share_id, asset, posted, fee, shares from metering.usage_events
    where publisher_id = $1 and server_id = $2 and disposition = 'posted'
      and at >= to_date($3, 'YYYY-MM')::timestamp at time zone 'UTC'
      and at < (to_date($3, 'YYYY-MM') + interval '1 month') at time zone 'UTC'
  ), parts as (
    select share_id, asset, array_agg(part order by place) as shares from (
      select share_id, asset, place, sum(share) as part
      from sold cross join lateral unnest(shares) with ordinality as s (share, place)
      group by share_id, asset, place
    ) as each_place group by share_id, asset
  )
  select share_id, asset, count(*) as calls, sum(posted) as posted, sum(coalesce(fee, 0)) as fee,
    (select p.shares from parts p where p.share_id = sold.share_id and p.asset = sold.asset) as shares
  from sold group by share_id, asset order by share_id nulls first, asset`

/** Transfers in one fetch of {@link UsageStore.postedSums}: some 100 KB. */
const SUMS_PER_FETCH = 1_000

/** A cursor: the sums are made once, and never all of them in our memory. */
const DECLARE_SUMS = `declare posted_sums no scroll cursor for
  select transfer_id, asset, sum(posted) as posted from metering.usage_events
  where disposition = 'posted' group by transfer_id, asset`

type Batch = { readonly incarnationId: Id<'inc'>; readonly first: number; readonly last: number }

/** The stretch of each journal that these events span: one, for they come from one batch. */
function batchesOf(events: readonly UsageEvent[]): Batch[] {
  const batches = new Map<Id<'inc'>, Batch>()
  for (const { incarnationId, seq } of events) {
    const { first, last } = batches.get(incarnationId) ?? { first: seq, last: seq }
    batches.set(incarnationId, {
      incarnationId,
      first: Math.min(first, seq),
      last: Math.max(last, seq),
    })
  }
  return [...batches.values()]
}
