import { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import { EVERY_TOOL } from '@mcp-orchestra/api/snapshot'
import { assetId, fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { PriceRange } from '../../hub/index.ts'
import type { PriceStore } from '../ports.ts'
import type { Price } from '../price.ts'

type RangeRow = {
  server_id: string
  asset: string
  tools: number
  priced: number
  least: bigint
  most: bigint
}
type Row = {
  id: string
  server_id: string
  tool: string
  version: number
  publisher_id: string
  asset: string
  amount: bigint
  metered: unknown
  fee_bps: number
  published_at: Instant
  starts_at: Instant
}

/**
 * Whether `price` is the version in force at $5 (the highest that has started), or the next one: of those
 * that start later and outrank it, the first to start; of several that start together, the highest.
 */
const IS_CURRENT = `(
  price.version = (select max(started.version) from metering.prices as started
    where started.server_id = price.server_id and started.tool = price.tool and started.starts_at <= $5)
  or price.id = (select next.id from metering.prices as next
    where next.server_id = price.server_id and next.tool = price.tool and next.starts_at > $5
      and next.version > coalesce((select max(started.version) from metering.prices as started
        where started.server_id = price.server_id and started.tool = price.tool
          and started.starts_at <= $5), 0)
    order by next.starts_at, next.version desc limit 1))`

/** Price versions in `metering.prices`. */
export const postgresPriceStore: PriceStore = {
  async versionsForPublication(tx, serverId, tool) {
    // There may be no row to lock yet: the lock is on the server's name, until commit.
    await pgOf(tx).query({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`metering.prices ${serverId}`],
    })
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from metering.prices where server_id = $1 and tool in ($2, $3) order by version`,
      values: [toUuid(serverId), tool, EVERY_TOOL],
    })
    // What prices one tool never shares a number with what prices all: the default counts on from every tool's.
    const last = await pgOf(tx).query<{ version: number | null }>({
      text: `select max(version) as version from metering.prices
             where server_id = $1 and ($2 = $3 or tool in ($2, $3))`,
      values: [toUuid(serverId), tool, EVERY_TOOL],
    })
    const prices = rows.map(priceOf)
    return {
      own: prices.filter((price) => price.tool === tool),
      fallback: prices.filter((price) => price.tool !== tool),
      lastVersion: last.rows[0]?.version ?? 0,
    }
  },
  async add(tx, price) {
    await pgOf(tx).query({
      text: `insert into metering.prices (id, server_id, tool, version, publisher_id, asset, amount,
               fee_bps, published_at, starts_at, metered)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values: [
        toUuid(price.id),
        toUuid(price.serverId),
        price.tool,
        price.version,
        toUuid(price.publisherId),
        price.asset,
        price.amount,
        price.feeBps,
        toRfc3339(price.publishedAt),
        toRfc3339(price.startsAt),
        price.metered === undefined ? null : JSON.stringify(price.metered),
      ],
    })
  },
  async find(tx, ids) {
    if (ids.length === 0) return []
    const { rows } = await pgOf(tx).query<Row>({
      name: 'metering.find_prices',
      text: 'select * from metering.prices where id = any($1::uuid[])',
      values: [ids.map(toUuid)],
    })
    return rows.map(priceOf)
  },
  async ranges(tx, serverIds, at) {
    // Each tool's version in force, then one row a server: of its commonest asset, since amounts of two have no order.
    // A metered call costs from its amount to its maximum.
    const { rows } = await pgOf(tx).query<RangeRow>({
      name: 'metering.price_ranges',
      text: `select distinct on (server_id) server_id, asset, count(*)::integer as tools,
               (count(*) filter (where amount > 0 or metered is not null))::integer as priced, min(amount) as least,
               max(coalesce((metered->>'maximum')::numeric(38, 0), amount)) as most
             from (select distinct on (server_id, tool) server_id, asset, amount, metered
                   from metering.prices where server_id = any($1::uuid[]) and starts_at <= $2
                   order by server_id, tool, version desc) as in_force
             group by server_id, asset order by server_id, tools desc, asset`,
      values: [serverIds.map(toUuid), toRfc3339(at)],
    })
    return new Map(rows.map((row) => [fromUuid('srv', row.server_id), rangeOf(row)]))
  },
  async page(tx, { serverId, tool, inForceAt, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from metering.prices as price
             where server_id = $1 and ($2::text is null or tool = $2)
               and ($3::uuid is null or id < $3) and ($5::timestamptz is null or ${IS_CURRENT})
             order by id desc limit $4`,
      values: [
        toUuid(serverId),
        tool ?? null,
        before === undefined ? null : toUuid(before),
        limit,
        inForceAt === undefined ? null : toRfc3339(inForceAt),
      ],
    })
    return rows.map(priceOf)
  },
}

function priceOf(row: Row): Price {
  return {
    id: fromUuid('prc', row.id),
    serverId: fromUuid('srv', row.server_id),
    tool: row.tool,
    version: row.version,
    publisherId: fromUuid('org', row.publisher_id),
    amount: row.amount,
    asset: assetId(row.asset),
    ...(row.metered === null ? {} : { metered: MeteredPrice.parse(row.metered) }),
    feeBps: row.fee_bps,
    publishedAt: row.published_at,
    startsAt: row.starts_at,
  }
}

function rangeOf(row: RangeRow): PriceRange {
  const asset = assetId(row.asset)
  return {
    toolCount: row.tools,
    pricedToolCount: row.priced,
    least: { amount: row.least, asset },
    most: { amount: row.most, asset },
  }
}
