import {
  assetId,
  BPS_WHOLE,
  fromUuid,
  toRfc3339,
  toUuid,
  type Instant,
} from '@mcp-orchestra/kernel'
import { freezeView, pgOf } from '../../../../infra/postgres/index.ts'
import type { StatementStore } from '../../statement/ports.ts'
import type { StatementLine } from '../../statement/statement.ts'

type LineRow = {
  kind: StatementLine['kind']
  server_id: string | null
  month: string | null
  amount: bigint
}

type StatementRow = {
  publisher_id: string
  number: number
  asset: string
  amount: bigint
  drawn_at: Instant
}

type StandingRow = {
  number: number
  carried: bigint
  fees: bigint
  live: bigint
  paid_back: bigint
}

/** Payouts that keep what they took. */
const LIVE = `('requested', 'approved', 'sending', 'unknown', 'paid')`

const STANDING = `
  select coalesce(s.number, 0) as number, coalesce(s.carried, 0) as carried,
    (select coalesce(sum(div(gross * fee_bps, ${BPS_WHOLE})), 0) from payments.fee_totals
     where publisher_id = $1 and asset = $2) as fees,
    (select coalesce(sum(amount), 0) from payments.payouts
     where publisher_id = $1 and asset = $2 and state in ${LIVE}) as live,
    (select coalesce(sum(p.amount), 0) from payments.payouts p
     join payments.payout_statements on payout_id = p.id
     where p.publisher_id = $1 and p.asset = $2 and p.state not in ${LIVE}) as paid_back
  from (values (1)) as one (x)
  left join payments.payout_statements s on s.publisher_id = $1 and s.asset = $2 and s.number =
    (select max(number) from payments.payout_statements where publisher_id = $1 and asset = $2)`

const SUMS = `
  select l.kind, l.server_id, to_char(l.month, 'YYYY-MM') as month, sum(l.amount) as amount
  from payments.payout_lines l join payments.payout_statements s using (payout_id)
  where s.publisher_id = $1 and s.asset = $2
  group by l.kind, l.server_id, l.month`

/** Statements in PostgreSQL. */
export const postgresStatementStore: StatementStore = {
  async begin(tx) {
    await freezeView(tx, { mayWrite: true })
    // Taken before the moment that is read (a lock takes no snapshot): the statement before is seen, always.
    await pgOf(tx).query({
      text: 'lock table payments.payout_statements in share row exclusive mode',
    })
  },
  async missing(tx, limit) {
    const { rows } = await pgOf(tx).query<{ publisher_id: string }>({
      text: `select distinct publisher_id from payments.payouts p
             where state in ${LIVE} and not exists
               (select from payments.payout_statements s where s.payout_id = p.id)
             order by publisher_id limit $1`,
      values: [limit],
    })
    return rows.map(({ publisher_id }) => fromUuid('org', publisher_id))
  },
  async next(tx, publisherId, asset) {
    const { rows } = await pgOf(tx).query<{ id: string; amount: bigint; others: bigint }>({
      text: `select id, amount, sum(amount) over () - amount as others from payments.payouts p
             where publisher_id = $1 and asset = $2 and state in ${LIVE} and not exists
               (select from payments.payout_statements s where s.payout_id = p.id)
             order by id limit 1`,
      values: [toUuid(publisherId), asset],
    })
    const [row] = rows
    if (row === undefined) return undefined
    return { payoutId: fromUuid('pay', row.id), amount: row.amount, unstated: row.others }
  },
  async standing(tx, publisherId, asset) {
    const values = [toUuid(publisherId), asset]
    const { rows } = await pgOf(tx).query<StandingRow>({ text: STANDING, values })
    const sums = await pgOf(tx).query<LineRow>({ text: SUMS, values })
    const { number, carried, fees, live, paid_back } = rows[0] ?? NOTHING
    return { number, carried, fees, live, paidBack: paid_back, sums: sums.rows.map(lineOf) }
  },
  async add(tx, statement, carried) {
    const { payoutId, publisherId, number, asset, amount, lines, drawnAt } = statement
    await pgOf(tx).query({
      text: `insert into payments.payout_statements
               (payout_id, publisher_id, number, asset, amount, carried, drawn_at)
             values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        toUuid(payoutId),
        toUuid(publisherId),
        number,
        asset,
        amount,
        carried,
        toRfc3339(drawnAt),
      ],
    })
    await pgOf(tx).query({
      text: `insert into payments.payout_lines (payout_id, place, kind, server_id, month, amount)
             select $1, place, k, s, to_date(m, 'YYYY-MM'), a
             from unnest($2::text[], $3::uuid[], $4::text[], $5::numeric[])
               with ordinality as n (k, s, m, a, place)`,
      values: [
        toUuid(payoutId),
        lines.map(({ kind }) => kind),
        lines.map(({ serverId }) => (serverId === null ? null : toUuid(serverId))),
        lines.map(({ month }) => month),
        lines.map((line) => line.amount),
      ],
    })
  },
  async find(tx, payoutId) {
    const values = [toUuid(payoutId)]
    const { rows } = await pgOf(tx).query<StatementRow>({
      text: 'select * from payments.payout_statements where payout_id = $1',
      values,
    })
    const [row] = rows
    if (row === undefined) return undefined
    const lines = await pgOf(tx).query<LineRow>({
      text: `select kind, server_id, to_char(month, 'YYYY-MM') as month, amount
             from payments.payout_lines where payout_id = $1 order by place`,
      values,
    })
    return {
      payoutId,
      publisherId: fromUuid('org', row.publisher_id),
      number: row.number,
      asset: assetId(row.asset),
      amount: row.amount,
      lines: lines.rows.map(lineOf),
      drawnAt: row.drawn_at,
    }
  },
}

const NOTHING: StandingRow = { number: 0, carried: 0n, fees: 0n, live: 0n, paid_back: 0n }

function lineOf({ kind, server_id, month, amount }: LineRow): StatementLine {
  const serverId = server_id === null ? null : fromUuid('srv', server_id)
  return { kind, serverId, month, amount }
}
