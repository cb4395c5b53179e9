import {
  assetId,
  BPS_WHOLE,
  fromUuid,
  parseId,
  toRfc3339,
  toUuid,
  type AssetId,
  type Instant,
} from '@mcp-orchestra/kernel'
import { freezeView, pgOf } from '../../../infra/postgres/index.ts'
import type { ReconciliationStore } from '../ports.ts'
import { BALANCE_RAIL } from '../rail/balance-rail.ts'
import { refuse } from '../problems.ts'
import type { Finding } from '../reconcile/check.ts'
import type { Compared } from '../reconcile/reconciliation.ts'

type AmountRow = { asset: string; amount: bigint }
type RefundedRow = { asset: string; of_sales: bigint; by_refunds: bigint }
type LeasedRow = { payer_id: string; incarnation_id: string; asset: string; remainder: bigint }
type KeptFinding = Omit<Finding, 'expected' | 'found' | 'organizationId' | 'asset'> & {
  organizationId: string | null
  asset: string
  expected: string
  found: string
}
type Row = {
  id: string
  asked_by: string | null
  started_at: Instant
  finished_at: Instant
  compared: Compared
  findings: KeptFinding[]
  found: number
}

/** Closed leases have nothing left (a check of the table), so only open ones are read. */
const LEASED = `
  select payer_id, incarnation_id, asset, sum(granted - used - returned) as remainder
  from payments.leases where state = 'open'
  group by payer_id, incarnation_id, asset`

const FEES = `
  select asset, sum(div((gross - refunded) * fee_bps, ${BPS_WHOLE})) as amount
  from payments.fee_totals group by asset`

const RESERVED = `
  select publisher_id, asset, sum(held) as amount
  from payments.disputes where state = 'open' group by publisher_id, asset`

const REFUNDED = `
  select asset, sum(of_sales) as of_sales, sum(by_refunds) as by_refunds from (
    select asset, refunded as of_sales, 0 as by_refunds from payments.fee_totals
    union all select asset, 0, amount from payments.refunds
  ) as both_sides group by asset`

const TOP_UPS = 'select asset, sum(amount) as amount from payments.top_ups group by asset'

/**
 * Deposits debit a rail's account, claims and payouts credit it, a return debits it again; a payout to a
 * prepaid balance leaves the rail for that balance in the moment of its order.
 */
const CLEARING = `
  select rail, asset, sum(amount) as amount from (
    select rail, asset, case
        when kind = 'deposit' and state = 'done' then -amount
        when kind = 'hold' and state = 'claimed' then claimed
        when kind = 'payout' and rail = '${BALANCE_RAIL}' and state = 'done' then -amount
        else 0
      end as amount
    from payments.rail_orders
    union all
    select rail, asset, amount from payments.payouts where state = 'paid'
  ) moved group by rail, asset`

const HELD = `
  select publisher_id, asset, sum(amount) as amount from payments.payouts
  where state in ('requested', 'approved', 'sending', 'unknown') group by publisher_id, asset`

/** Reconciliations in PostgreSQL. */
export const postgresReconciliationStore: ReconciliationStore = {
  async begin(tx) {
    await freezeView(tx, { statementTimeoutMs: 0 })
    const { rows } = await pgOf(tx).query<{ mine: boolean }>({
      text: `select pg_try_advisory_xact_lock(hashtextextended('payments.reconcile', 0)) as mine`,
    })
    if (rows[0]?.mine !== true) throw refuse('payments.reconciliation_running')
  },
  async records(tx) {
    const pg = pgOf(tx)
    const leased = await pg.query<LeasedRow>({ text: LEASED })
    const fees = await pg.query<AmountRow>({ text: FEES })
    const topUps = await pg.query<AmountRow>({ text: TOP_UPS })
    const reserved = await pg.query<AmountRow & { publisher_id: string }>({ text: RESERVED })
    const refunded = await pg.query<RefundedRow>({ text: REFUNDED })
    const clearing = await pg.query<AmountRow & { rail: string }>({ text: CLEARING })
    const held = await pg.query<AmountRow & { publisher_id: string }>({ text: HELD })
    return {
      leased: leased.rows.map((row) => ({
        payerId: fromUuid('org', row.payer_id),
        incarnationId: fromUuid('inc', row.incarnation_id),
        asset: assetId(row.asset),
        remainder: row.remainder,
      })),
      fees: fees.rows.map(amountOf),
      reserved: reserved.rows.map((row) => ({
        ...amountOf(row),
        organizationId: fromUuid('org', row.publisher_id),
      })),
      refunded: refunded.rows.map((row) => ({
        asset: assetId(row.asset),
        ofSales: row.of_sales,
        byRefunds: row.by_refunds,
      })),
      topUps: topUps.rows.map(amountOf),
      clearing: clearing.rows.map((row) => ({ ...amountOf(row), rail: row.rail })),
      held: held.rows.map((row) => ({
        ...amountOf(row),
        publisherId: fromUuid('org', row.publisher_id),
      })),
    }
  },
  async add(tx, { id, askedBy, startedAt, finishedAt, compared, findings, found }) {
    await pgOf(tx).query({
      text: `insert into payments.reconciliations
          (id, asked_by, started_at, finished_at, compared, findings, found)
        values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        toUuid(id),
        askedBy,
        toRfc3339(startedAt),
        toRfc3339(finishedAt),
        JSON.stringify(compared),
        JSON.stringify(findings.map(keptOf)),
        found,
      ],
    })
  },
  async page(tx, { before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from payments.reconciliations
        where $1::uuid is null or id < $1 order by id desc limit $2`,
      values: [before === undefined ? null : toUuid(before), limit],
    })
    return rows.map(({ id, asked_by, started_at, finished_at, compared, findings, found }) => ({
      id: fromUuid('rcn', id),
      askedBy: asked_by,
      startedAt: started_at,
      finishedAt: finished_at,
      compared,
      findings: findings.map(findingOf),
      found,
    }))
  },
}

function amountOf({ asset, amount }: AmountRow): { asset: AssetId; amount: bigint } {
  return { asset: assetId(asset), amount }
}

/** Amounts beyond what JSON's numbers hold: as decimals. */
function keptOf({ expected, found, ...finding }: Finding): KeptFinding {
  return { ...finding, expected: expected.toString(), found: found.toString() }
}

function findingOf({ expected, found, organizationId, asset, ...finding }: KeptFinding): Finding {
  return {
    ...finding,
    organizationId: parseId('org', organizationId ?? '') ?? null,
    asset: assetId(asset),
    expected: BigInt(expected),
    found: BigInt(found),
  }
}
