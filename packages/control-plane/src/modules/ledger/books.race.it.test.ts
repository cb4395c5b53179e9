import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountNames } from './account-name.ts'
import { codeOf, startLedgerBench, usd, type LedgerBench } from './testing.ts'

let bench: LedgerBench
const debit = accountNames.platform('top_ups')
const credit = accountNames.platform('fees')
beforeAll(async () => {
  bench = await startLedgerBench(18)
  await bench.database.transactions.run((tx) => bench.ledger.openAccounts(tx, [debit, credit]))
})
afterAll(() => bench.stop())

const post = () =>
  bench.database.transactions.run((tx) =>
    bench.ledger.post(tx, [{ id: bench.ids.make('txn'), debit, credit, amount: usd(1n) }]),
  )

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: bench.url })
  await client.connect()
  return client
}

test('a transaction that began on a day that was closed meanwhile moves nothing, and is told to begin again', async () => {
  await post()
  const closer = await connect()
  await closer.query('begin')
  await closer.query('lock table ledger.transfers in share mode')
  const late = codeOf(post())
  for (let waiting = 0; waiting === 0;) {
    const { rows } = await closer.query(
      `select from pg_locks where relation = 'ledger.transfers'::regclass and not granted`,
    )
    waiting = rows.length
  }
  // As if midnight had come: today is the day that is closed.
  await closer.query(
    `insert into ledger.closed_days (day) values ((now() at time zone 'UTC')::date)`,
  )
  await closer.query('commit')
  await closer.end()
  // It was run again until the retries were used up: the day is still today.
  expect(await late).toBe('database.contention')
  expect((await bench.ledger.balance(undefined, credit)).posted).toBe(1n)
})
