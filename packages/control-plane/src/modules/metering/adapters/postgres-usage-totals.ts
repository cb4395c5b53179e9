import { assert, assetId, fromUuid, toUuid } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { UsageTotals } from '../ports.ts'
import type { Month, UsageTotal } from '../usage-total.ts'
import { shareIdOf, shareKeyOf } from './share-key.ts'

type Row = {
  payer_id: string
  publisher_id: string
  server_id: string
  tool: string
  price_id: string
  month: string
  asset: string
  fee_bps: number
  calls: bigint
  posted: bigint
  refunded: bigint
  share_id: string
}

type SumRow = Pick<Row, 'month' | 'server_id' | 'tool' | 'asset' | 'calls' | 'posted'>

const PARTY = { payer: 'payer_id', publisher: 'publisher_id' } as const

/** Running totals in `metering.usage_totals`. */
export const postgresUsageTotals: UsageTotals = {
  async add(tx, totals) {
    if (totals.length === 0) return
    await pgOf(tx).query({
      name: 'metering.add_usage_totals',
      text: `insert into metering.usage_totals as t (payer_id, publisher_id, server_id, tool, price_id,
               month, asset, fee_bps, calls, posted, share_id)
             select a, b, c, d, e, to_date(f, 'YYYY-MM'), g, h, i, j, k
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[],
               $7::text[], $8::integer[], $9::bigint[], $10::numeric[], $11::uuid[])
               with ordinality as n (a, b, c, d, e, f, g, h, i, j, k, place)
             order by place
             on conflict (payer_id, publisher_id, server_id, tool, price_id, month, share_id)
             do update set calls = t.calls + excluded.calls, posted = t.posted + excluded.posted`,
      values: [
        totals.map(({ payerId }) => toUuid(payerId)),
        totals.map(({ publisherId }) => toUuid(publisherId)),
        totals.map(({ serverId }) => toUuid(serverId)),
        totals.map(({ tool }) => tool),
        totals.map(({ priceId }) => toUuid(priceId)),
        totals.map(({ month }) => month),
        totals.map(({ asset }) => asset),
        totals.map(({ feeBps }) => feeBps),
        totals.map(({ calls }) => calls),
        totals.map(({ posted }) => posted),
        totals.map(({ shareId }) => shareKeyOf(shareId)),
      ],
    })
  },
  async refund(tx, { payerId, publisherId, serverId, tool, priceId, month, shareId }, amount) {
    const { rowCount } = await pgOf(tx).query({
      name: 'metering.refund_usage_total',
      text: `update metering.usage_totals set refunded = refunded + $7
             where payer_id = $1 and publisher_id = $2 and server_id = $3 and tool = $4
               and price_id = $5 and month = to_date($6, 'YYYY-MM') and share_id = $8`,
      values: [
        toUuid(payerId),
        toUuid(publisherId),
        toUuid(serverId),
        tool,
        toUuid(priceId),
        month,
        amount,
        shareKeyOf(shareId),
      ],
    })
    assert(rowCount === 1, 'what was posted is in the totals')
  },
  async of(tx, { side, organizationId, upTo }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select *, to_char(month, 'YYYY-MM') as month from metering.usage_totals
             where ${PARTY[side]} = $1 and usage_totals.month <= to_date($2, 'YYYY-MM')
             order by usage_totals.month, payer_id, server_id, tool, price_id, share_id`,
      values: [toUuid(organizationId), upTo],
    })
    return rows.map(totalOf)
  },
  async parties(tx, { side, upTo, after, limit }) {
    const { rows } = await pgOf(tx).query<{ id: string }>({
      text: `select distinct ${PARTY[side]} as id from metering.usage_totals
             where month <= to_date($1, 'YYYY-MM') and ($2::uuid is null or ${PARTY[side]} > $2)
             order by id limit $3`,
      values: [upTo, after === undefined ? null : toUuid(after), limit],
    })
    return rows.map(({ id }) => fromUuid('org', id))
  },
  async sums(tx, { side, organizationId, serverId, tool, from, to, after, limit }) {
    const { rows } = await pgOf(tx).query<SumRow>({
      text: `select to_char(month, 'YYYY-MM') as month, server_id, tool, asset,
               sum(calls)::bigint as calls, sum(posted) as posted
             from metering.usage_totals t
             where ${PARTY[side]} = $1
               and ($2::uuid is null or server_id = $2) and ($3::text is null or tool = $3)
               and ($4::text is null or t.month >= to_date($4, 'YYYY-MM'))
               and ($5::text is null or t.month <= to_date($5, 'YYYY-MM'))
               and ($6::text is null or t.month < to_date($6, 'YYYY-MM')
                 or t.month = to_date($6, 'YYYY-MM')
                 and (server_id, tool collate "C", asset collate "C") > ($7::uuid, $8, $9))
             group by t.month, server_id, tool, asset
             order by t.month desc, server_id, tool collate "C", asset collate "C" limit $10`,
      values: [
        toUuid(organizationId),
        serverId === undefined ? null : toUuid(serverId),
        tool ?? null,
        from ?? null,
        to ?? null,
        after?.month ?? null,
        after === undefined ? null : toUuid(after.serverId),
        after?.tool ?? null,
        after?.asset ?? null,
        limit,
      ],
    })
    return rows.map((row) => ({
      month: row.month as Month,
      serverId: fromUuid('srv', row.server_id),
      tool: row.tool,
      asset: assetId(row.asset),
      calls: row.calls,
      posted: row.posted,
    }))
  },
}

function totalOf(row: Row): UsageTotal {
  return {
    payerId: fromUuid('org', row.payer_id),
    publisherId: fromUuid('org', row.publisher_id),
    serverId: fromUuid('srv', row.server_id),
    tool: row.tool,
    priceId: fromUuid('prc', row.price_id),
    month: row.month as Month,
    shareId: shareIdOf(row.share_id),
    asset: assetId(row.asset),
    feeBps: row.fee_bps,
    calls: row.calls,
    posted: row.posted,
    refunded: row.refunded,
  }
}
