import {
  assert,
  assetId,
  fromUuid,
  money,
  toRfc3339,
  toUuid,
  type Instant,
} from '@mcp-orchestra/kernel'
import { pgOf } from '../../../../infra/postgres/index.ts'
import type { RailOrder, RailOrderStore } from '../../rail/rail-order.ts'

type Row = {
  rail: string
  kind: RailOrder['kind']
  key: string
  organization_id: string
  asset: string
  amount: bigint
  state: RailOrder['state']
  claimed: bigint
  reference: string | null
  reason: string | null
  created_at: Instant
}

const FIND = 'select * from payments.rail_orders where rail = $1 and kind = $2 and key = $3'

/** Orders of our own rails in PostgreSQL. */
export const postgresRailOrderStore: RailOrderStore = {
  async addOnce(tx, order) {
    const { rail, kind, key } = order
    const { rowCount } = await pgOf(tx).query({
      text: `insert into payments.rail_orders (rail, kind, key, organization_id, asset, amount, state, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (rail, kind, key) do nothing`,
      values: [
        rail,
        kind,
        key,
        toUuid(order.organizationId),
        order.amount.asset,
        order.amount.amount,
        order.state,
        toRfc3339(order.createdAt),
      ],
    })
    const { rows } = await pgOf(tx).query<Row>({ text: FIND, values: [rail, kind, key] })
    assert(rows[0] !== undefined, 'the key was just used')
    return { order: orderOf(rows[0]), isNew: rowCount === 1 }
  },
  async lock(tx, { rail, kind, key }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${FIND} for no key update`,
      values: [rail, kind, key],
    })
    return rows[0] === undefined ? undefined : orderOf(rows[0])
  },
  async find(tx, { rail, kind, key }) {
    const { rows } = await pgOf(tx).query<Row>({ text: FIND, values: [rail, kind, key] })
    return rows[0] === undefined ? undefined : orderOf(rows[0])
  },
  async change(tx, { rail, kind, key }, { state, claimed, reference, reason }, at) {
    await pgOf(tx).query({
      text: `update payments.rail_orders set state = $4, settled_at = $5,
               claimed = coalesce($6, claimed), reference = coalesce($7, reference),
               reason = coalesce($8, reason)
             where rail = $1 and kind = $2 and key = $3`,
      values: [
        rail,
        kind,
        key,
        state,
        toRfc3339(at),
        claimed ?? null,
        reference ?? null,
        reason ?? null,
      ],
    })
  },
}

function orderOf(row: Row): RailOrder {
  return {
    rail: row.rail,
    kind: row.kind,
    key: row.key,
    organizationId: fromUuid('org', row.organization_id),
    amount: money(row.amount, assetId(row.asset)),
    state: row.state,
    claimed: row.claimed,
    reference: row.reference,
    reason: row.reason,
    createdAt: row.created_at,
  }
}
