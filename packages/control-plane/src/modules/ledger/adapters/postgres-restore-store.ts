import { pgOf } from '../../../infra/postgres/index.ts'
import type { RestoreStore } from '../ports.ts'
import { refuse } from '../problems.ts'
import { LEG_COLUMNS } from './books-statements.ts'

/** Transfers keep their time, id and order; what they moved is drawn up at the end, all at once. */
const TRIGGERS = ['move_balances', 'refuse_closed', 'refuse_delisted'] as const

const LEGS = `
  select t.debit_id as account_id, ${LEG_COLUMNS.debit} from ledger.transfers t
  union all select t.credit_id, ${LEG_COLUMNS.credit} from ledger.transfers t`

const ADD_TRANSFERS = `
insert into ledger.transfers (id, seq, kind, asset_id, debit_id, credit_id, amount, hold_id, hold_amount,
  link, reference, at, expires_at)
overriding system value
select r.id, r.seq, r.kind, s.id, d.id, c.id, r.amount, r."holdId", r."holdAmount", r.link, r.reference,
  r.at, r."expiresAt"
from json_to_recordset($1::json) as r (id uuid, seq bigint, kind text, asset text, debit text,
  credit text, amount numeric, "holdId" uuid, "holdAmount" numeric, link uuid, reference text,
  at timestamptz, "expiresAt" timestamptz)
join ledger.assets s on s.asset = r.asset
join ledger.accounts d on d.name = r.debit and d.asset_id = s.id
join ledger.accounts c on c.name = r.credit and c.asset_id = s.id
order by r.seq`

const DRAW_BALANCES = `
update ledger.balances b set debits_posted = m.dp, credits_posted = m.cp, debits_held = m.dh,
  credits_held = m.ch
from (
  select account_id, sum(dp) as dp, sum(cp) as cp, sum(dh) as dh, sum(ch) as ch
  from (${LEGS}) l group by account_id
) m
where b.account_id = m.account_id and b.shard = 0`

/** Restores into PostgreSQL; constraints and foreign keys stay on. */
export const postgresRestoreStore: RestoreStore = {
  async begin(tx) {
    const pg = pgOf(tx)
    await pg.query({ text: 'set local statement_timeout = 0' })
    await pg.query({ text: 'lock table ledger.transfers in access exclusive mode' })
    const { rows } = await pg.query({ text: 'select from ledger.transfers limit 1' })
    if (rows.length > 0) throw refuse('ledger.not_empty')
    for (const trigger of TRIGGERS) {
      await pg.query({ text: `alter table ledger.transfers disable trigger ${trigger}` })
    }
    await pg.query({ text: 'alter table ledger.balances disable trigger moved_by_transfers_only' })
  },
  async addAsset(tx, { asset, code, scale }) {
    await pgOf(tx).query({
      text: `insert into ledger.assets (asset, code, scale)
        values ($1, $2, $3) on conflict (asset) do nothing`,
      values: [asset, code, scale],
    })
  },
  async openAccounts(tx, accounts) {
    await pgOf(tx).query({
      text: `insert into ledger.accounts (asset_id, name, debit_limit, credit_limit, shards)
        select s.id, r.name, r.debit_limit, r.credit_limit, r.shards
        from unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[], $5::smallint[])
          as r (name, asset, debit_limit, credit_limit, shards)
        join ledger.assets s on s.asset = r.asset
        on conflict (name, asset_id) do nothing`,
      values: [
        accounts.map(({ name }) => name),
        accounts.map(({ asset }) => asset),
        accounts.map(({ rules }) => rules.debitLimited),
        accounts.map(({ rules }) => rules.creditLimited),
        accounts.map(({ rules }) => rules.shards),
      ],
    })
  },
  async addTransfers(tx, transfers) {
    const { rowCount } = await pgOf(tx).query({
      text: ADD_TRANSFERS,
      values: [JSON.stringify(transfers)],
    })
    // A join that finds no account would leave a transfer out in silence.
    if (rowCount !== transfers.length) throw new Error('a transfer found no account')
  },
  async sums(tx) {
    const { rows } = await pgOf(tx).query<{ key: string; sums: string[] }>({
      text: `select s.asset || ' ' || a.name as key,
          array[sum(dp)::text, sum(cp)::text, sum(dh)::text, sum(ch)::text] as sums
        from (${LEGS}) l
        join ledger.accounts a on a.id = l.account_id
        join ledger.assets s on s.id = a.asset_id
        group by 1`,
    })
    return new Map(rows.map(({ key, sums }) => [key, sums]))
  },
  async finish(tx) {
    const pg = pgOf(tx)
    await pg.query({ text: DRAW_BALANCES })
    await pg.query({
      text: `select setval(pg_get_serial_sequence('ledger.transfers', 'seq'),
        coalesce((select max(seq) from ledger.transfers), 1))`,
    })
    for (const trigger of TRIGGERS) {
      await pg.query({ text: `alter table ledger.transfers enable trigger ${trigger}` })
    }
    await pg.query({ text: 'alter table ledger.balances enable trigger moved_by_transfers_only' })
  },
}
