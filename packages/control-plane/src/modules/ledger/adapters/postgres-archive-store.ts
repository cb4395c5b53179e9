import { toRfc3339 } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { ArchiveStore } from '../ports.ts'
import type { TransferKind } from '../transfer.ts'

/** A time with all its digits. */
const moment = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const ASSETS = 'select asset, code, scale from ledger.assets order by id'

/** $1 from, $2 to: found by the time of whole stretches of the table, so the table is read once at most. */
const PLACE_BEFORE = `
select coalesce(min(t.seq), 1) - 1 as place from ledger.transfers t where t.at >= $1 and t.at < $2`

/** $1 from, $2 to, $3 after, $4 limit. */
const TRANSFERS = `
select t.id, t.seq::text, t.kind, ${moment('t.at')} as at, d.name as debit, c.name as credit, s.asset,
  t.amount::text, t.hold_id as "holdId", t.hold_amount::text as "holdAmount", t.link, t.reference,
  ${moment('t.expires_at')} as "expiresAt"
from ledger.transfers t
join ledger.accounts d on d.id = t.debit_id
join ledger.accounts c on c.id = t.credit_id
join ledger.assets s on s.id = t.asset_id
where t.seq > $3 and t.at >= $1 and t.at < $2
order by t.seq limit $4`

type AssetRow = { asset: string; code: string; scale: number }
type Row = {
  id: string
  seq: string
  kind: TransferKind
  at: string
  debit: string
  credit: string
  asset: string
  amount: string
  holdId: string | null
  holdAmount: string | null
  link: string | null
  reference: string | null
  expiresAt: string | null
}

/** What an archive is written from, in PostgreSQL. */
export const postgresArchiveStore: ArchiveStore = {
  async assets(tx) {
    const { rows } = await pgOf(tx).query<AssetRow>({ text: ASSETS })
    return rows
  },
  async placeBefore(tx, { from, to }) {
    const { rows } = await pgOf(tx).query<{ place: bigint }>({
      text: PLACE_BEFORE,
      values: [toRfc3339(from), toRfc3339(to)],
    })
    return rows[0]?.place ?? 0n
  },
  async transfers(tx, { from, to, after, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: TRANSFERS,
      values: [toRfc3339(from), toRfc3339(to), after, limit],
    })
    return rows
  },
}
