import { assetId, WELL_KNOWN_ASSETS } from '@mcp-orchestra/kernel'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_VERSIONS } from '../../infra/postgres/testing.ts'
import { accountNames } from './account-name.ts'
import { codeOf, startLedgerBench, type LedgerBench } from './testing.ts'

describe.each(TEST_VERSIONS)('assets on PostgreSQL %i', (version) => {
  let bench: LedgerBench
  beforeAll(async () => {
    bench = await startLedgerBench(version)
  })
  afterAll(() => bench.stop())

  const setDelisted = (asset: string, to: 'now()' | 'null') =>
    bench.database.query({
      text: `update ledger.assets set delisted_at = ${to} where asset = '${asset}'`,
    })

  test('the ledger keeps the assets that the kernel knows, digit by digit', async () => {
    const { rows } = await bench.database.query<{ id: string; code: string; scale: number }>({
      text: 'select asset as id, code, scale from ledger.assets order by ledger.assets.id',
    })
    expect(rows).toEqual(WELL_KNOWN_ASSETS)
  })

  test('nothing new begins in a delisted asset; a hold that was made before is still posted', async () => {
    const asset = assetId('ETH')
    const { ledger, ids, database } = bench
    const [debit, credit] = [accountNames.clearing('eth'), accountNames.platform('fees')]
    const amount = { amount: 5n, asset }
    const holdId = ids.make('txn')
    await database.transactions.run(async (tx) => {
      await ledger.openAccounts(tx, [debit, credit], asset)
      await ledger.hold(tx, { id: holdId, debit, credit, amount })
    })
    await setDelisted('ETH', 'now()')
    const post = () =>
      database.transactions.run((tx) =>
        ledger.post(tx, [{ id: ids.make('txn'), debit, credit, amount }]),
      )
    const hold = () =>
      database.transactions.run((tx) =>
        ledger.hold(tx, { id: ids.make('txn'), debit, credit, amount }),
      )
    expect(await codeOf(post())).toBe('ledger.asset_delisted')
    expect(await codeOf(hold())).toBe('ledger.asset_delisted')
    await database.transactions.run((tx) =>
      ledger.postHold(tx, { id: ids.make('txn'), holdId, amount }),
    )
    await setDelisted('ETH', 'null')
    expect(await codeOf(post())).toBe('done')
  })

  test('a transfer that is under way when its asset is delisted is waited for, and holds it', async () => {
    const asset = assetId('USDC')
    const { ledger, ids, database, url } = bench
    const [debit, credit] = [accountNames.clearing('base'), accountNames.available(ids.make('org'))]
    const other = new Client({ connectionString: url })
    await other.connect()
    let delisting: Promise<unknown> | undefined
    await database.transactions.run(async (tx) => {
      await ledger.openAccounts(tx, [debit, credit], asset)
      await ledger.post(tx, [{ id: ids.make('txn'), debit, credit, amount: { amount: 1n, asset } }])
      delisting = codeOf(
        other.query(`update ledger.assets set delisted_at = now() where asset = 'USDC'`),
      )
      await waits(database)
    })
    expect(await delisting).toBe('23514')
    await other.end()
  })
})

/** Resolves when somebody waits for a lock on the transfers. */
async function waits(database: LedgerBench['database']): Promise<void> {
  for (;;) {
    const { rows } = await database.query({
      text: `select from pg_locks
        where relation = 'ledger.transfers'::regclass and mode = 'ShareLock' and not granted`,
    })
    if (rows.length > 0) return
  }
}
