import { fromUuid, USD, type Id, type Instant } from '@mcp-orchestra/kernel'
import { pgOf, type Database } from '../../packages/control-plane/src/infra/postgres/index.ts'
import { accountNames, type Ledger } from '../../packages/control-plane/src/modules/ledger/index.ts'

/** Postings that the bound is about. */
export const POSTINGS = 10_000_000
/** Who pays: 2,000 postings each. */
export const PAYERS = 5_000
/** Who earns: some 9,800 postings each; a prime, so that every payer meets every publisher. */
export const PUBLISHERS = 997
/** One posting in this many is a fee. */
const FEE_EVERY = 40
/** Rows of one statement: what its trigger holds in memory stays small. */
const ROWS_AT_ONCE = 500_000
/** What each payer begins with, in atomic units: more than all postings take. */
const BALANCE = 10n ** 18n

/** The payer or publisher of a number: an id that SQL can make as well. */
export function playerOf(kind: 'payer' | 'publisher', number: number): Id<'org'> {
  const digit = kind === 'payer' ? '1' : '2'
  return fromUuid('org', `0000000${digit}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`)
}

/** Opens the accounts, and writes the postings evenly over a month, by SQL: 10 million take minutes. */
export async function fillLedger(
  { database, ledger }: { readonly database: Database; readonly ledger: Ledger },
  month: { readonly from: Instant; readonly to: Instant },
  say: (text: string) => void,
): Promise<void> {
  const payers = range(PAYERS).map((n) => accountNames.available(playerOf('payer', n)))
  const publishers = range(PUBLISHERS).map((n) => accountNames.accrued(playerOf('publisher', n)))
  const topUps = accountNames.platform('top_ups')
  const fees = accountNames.platform('fees')
  await database.transactions.run((tx) =>
    ledger.openAccounts(tx, [...payers, ...publishers, topUps, fees], USD.id),
  )
  await database.query({ text: 'create table public.payer (n int primary key, id bigint)' })
  await database.query({ text: 'create table public.publisher (n int primary key, id bigint)' })
  for (const [table, names] of [
    ['payer', payers],
    ['publisher', publishers],
  ] as const) {
    await database.query({
      text: `insert into public.${table}
        select r.n - 1, a.id from unnest($1::text[]) with ordinality as r (name, n)
        join ledger.accounts a using (name)`,
      values: [names],
    })
  }
  await database.query({
    text: `insert into ledger.transfers (id, kind, asset_id, debit_id, credit_id, amount, at)
      select gen_random_uuid(), 'X', 1, t.id, p.id, $2, to_timestamp($1::double precision / 1000)
      from public.payer p, ledger.accounts t where t.name = $3`,
    values: [month.from, BALANCE, topUps],
  })
  await database.transactions.run(async (tx) => {
    const pg = pgOf(tx)
    await pg.query({ text: WITHOUT_TRIGGERS })
    const { rows: indexes } = await pg.query<{ name: string; made: string }>({ text: INDEXES })
    for (const { name } of indexes) await pg.query({ text: `drop index ledger.${name}` })
    for (let done = 0; done < POSTINGS; done += ROWS_AT_ONCE) {
      const values = [done, done + ROWS_AT_ONCE - 1, month.from, month.to, fees]
      await pg.query({ text: POST, values })
      say(`${done + ROWS_AT_ONCE} postings`)
    }
    await pg.query({ text: MOVE_BALANCES })
    for (const { made } of indexes) await pg.query({ text: made })
  })
  await database.query({ text: 'vacuum analyze ledger.transfers' })
}

/**
 * For the filling alone: triggers and foreign keys would take most of the time, and the trial balance at
 * the end compares every balance with the transfers all the same.
 */
const WITHOUT_TRIGGERS = `set local session_replication_role = replica; set local statement_timeout = 0;
set local maintenance_work_mem = '256MB'`

/** Indexes that are quicker made at the end. */
const INDEXES = `
select indexname as name, indexdef as made from pg_indexes
where schemaname = 'ledger' and indexname like 'transfers_of_%' or indexname = 'transfers_by_time'`

const MOVE_BALANCES = `
update ledger.balances b set debits_posted = m.dp, credits_posted = m.cp
from (
  select account_id, sum(dp) as dp, sum(cp) as cp from (
    select debit_id as account_id, amount as dp, 0 as cp from ledger.transfers
    union all select credit_id, 0, amount from ledger.transfers
  ) legs group by account_id
) m
where b.account_id = m.account_id and b.shard = 0`

/** $1 first, $2 last, $3 from, $4 to (epoch ms), $5 the fees' account. */
const POST = `
insert into ledger.transfers (id, kind, asset_id, debit_id, credit_id, amount, at)
select ('00000003-0000-4000-8000-' || lpad(to_hex(g.n), 12, '0'))::uuid, 'X', 1, p.id,
  case when g.n % ${FEE_EVERY} = 0 then f.id else q.id end, 1000 + g.n % 997,
  to_timestamp(($3::double precision + ($4::double precision - $3) * (g.n + 0.5) / ${POSTINGS}) / 1000)
from generate_series($1::bigint, $2::bigint) as g (n)
join public.payer p on p.n = g.n % ${PAYERS}
join public.publisher q on q.n = g.n % ${PUBLISHERS}
cross join (select id from ledger.accounts where name = $5) f
order by g.n`

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
