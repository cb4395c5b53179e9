import { assetId, toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { QuoteSourceStore } from '../quote/ports.ts'
import type { QuoteSource } from '../quote/source.ts'
import { toSafeInt } from './safe-int.ts'

type SourceRow = {
  name: string
  asset: string
  scale: number
  stablecoin: boolean
  rank: number
  heartbeat_ms: bigint
  detail: QuoteSource['detail']
  changed_at: Instant
}

/** Sources of rates in PostgreSQL: a handful of rows. */
export const postgresQuoteSourceStore: QuoteSourceStore = {
  async all(tx) {
    const { rows } = await pgOf(tx).query<SourceRow>({
      text: 'select * from payments.quote_sources order by asset, rank, name',
    })
    return rows.map(sourceOf)
  },
  async ofAsset(tx, asset) {
    const { rows } = await pgOf(tx).query<SourceRow>({
      text: 'select * from payments.quote_sources where asset = $1 order by rank, name',
      values: [asset],
    })
    return rows.map(sourceOf)
  },
  async lock(tx) {
    await pgOf(tx).query({
      text: `select pg_advisory_xact_lock(hashtextextended('payments.quote_sources', 0))`,
    })
  },
  async put(tx, source) {
    await pgOf(tx).query({
      text: `insert into payments.quote_sources
               (name, asset, scale, stablecoin, rank, heartbeat_ms, kind, detail, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (name) do update set asset = excluded.asset, scale = excluded.scale,
               stablecoin = excluded.stablecoin, rank = excluded.rank,
               heartbeat_ms = excluded.heartbeat_ms, kind = excluded.kind, detail = excluded.detail,
               changed_at = excluded.changed_at`,
      values: [
        source.name,
        source.asset.id,
        source.asset.scale,
        source.asset.stablecoin,
        source.rank,
        source.heartbeatMs,
        source.detail.kind,
        JSON.stringify(source.detail),
        toRfc3339(source.changedAt),
      ],
    })
  },
  async remove(tx, name) {
    const { rowCount } = await pgOf(tx).query({
      text: 'delete from payments.quote_sources where name = $1',
      values: [name],
    })
    return rowCount === 1
  },
}

function sourceOf(row: SourceRow): QuoteSource {
  return {
    name: row.name,
    asset: { id: assetId(row.asset), scale: row.scale, stablecoin: row.stablecoin },
    rank: row.rank,
    heartbeatMs: toSafeInt(row.heartbeat_ms),
    detail: row.detail,
    changedAt: row.changed_at,
  }
}
