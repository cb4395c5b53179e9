import { toUuid } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_VERSIONS } from '../../infra/postgres/testing.ts'
import { accountNames, type AccountName } from './account-name.ts'
import { codeOf, startLedgerBench, usd, type LedgerBench } from './testing.ts'

/** What the database itself refuses, whoever writes: each statement goes around the service. */
describe.each(TEST_VERSIONS)('the schema on PostgreSQL %i', (version) => {
  let bench: LedgerBench
  let payer: AccountName
  let payee: AccountName
  let holdId: string
  const topUps = accountNames.platform('top_ups')

  beforeAll(async () => {
    bench = await startLedgerBench(version)
    payer = accountNames.available(bench.ids.make('org'))
    payee = accountNames.accrued(bench.ids.make('org'))
    const hold = bench.ids.make('txn')
    await bench.database.transactions.run(async (tx) => {
      await bench.ledger.openAccounts(tx, [payer, payee, topUps])
      const id = bench.ids.make('txn')
      await bench.ledger.post(tx, [{ id, debit: topUps, credit: payer, amount: usd(100n) }])
      await bench.ledger.hold(tx, { id: hold, debit: payer, credit: payee, amount: usd(10n) })
    })
    holdId = toUuid(hold)
    await bench.database.query({
      text: `insert into ledger.assets (id, asset, code, scale) values (99, 'TST', 'TST', 6)`,
    })
    await bench.database.query({
      text: `insert into ledger.accounts (asset_id, name, debit_limit, credit_limit)
        values (99, 'other', false, false)`,
    })
  })
  afterAll(async () => {
    await bench.stop()
  })

  /** Inserts a transfer by SQL; columns that are not given have good values. */
  const insert = (columns: Record<string, string>) => {
    const account = (name: string) => `(select id from ledger.accounts where name = '${name}')`
    const row = {
      id: 'gen_random_uuid()',
      kind: `'X'`,
      asset_id: '1',
      debit_id: account(payer),
      credit_id: account(payee),
      amount: '1',
      ...columns,
    }
    const names = Object.keys(row).join(', ')
    const values = Object.values(row).join(', ')
    return bench.database.query({
      text: `insert into ledger.transfers (${names}) values (${values})`,
    })
  }

  test.each([
    ['an overdraft', { amount: '91' }, 'insufficient_funds'],
    ['a hold beyond what is left', { kind: `'H'`, amount: '91' }, 'insufficient_funds'],
    ['another asset than the accounts have', { asset_id: '99' }, 'foreign key'],
    ['nothing', { amount: '0' }, 'transfers_amount_check'],
    ['less than nothing', { amount: '-1' }, 'transfers_amount_check'],
    ['an unknown kind', { kind: `'Z'` }, 'transfers_kind_check'],
    [
      'a payment to itself',
      { credit_id: `(select id from ledger.accounts where name like '%available')` },
      'two_accounts',
    ],
    ['an expiry of what is no hold', { expires_at: 'now()' }, 'only_holds_expire'],
    ['an empty reference', { reference: `''` }, 'transfers_reference_check'],
  ])('refuses %s', async (_, columns, reason) => {
    await expect(insert(columns)).rejects.toThrow(reason)
  })

  test.each([
    ['a post of more than the hold', { kind: `'P'`, amount: '11', hold_amount: '10' }],
    ['a forged amount of the hold', { kind: `'P'`, amount: '11', hold_amount: '12' }],
    ['a void of a part', { kind: `'V'`, amount: '9', hold_amount: '10' }],
    [
      'a post to another account',
      {
        kind: `'P'`,
        amount: '10',
        hold_amount: '10',
        credit_id: `(select id from ledger.accounts where name = 'platform:top_ups')`,
      },
    ],
    ['a posted transfer that names a hold', { kind: `'X'`, amount: '10', hold_amount: '10' }],
  ])('refuses %s', async (_, columns) => {
    await expect(insert({ ...columns, hold_id: `'${holdId}'` })).rejects.toThrow(
      /resolves_a_hold|resolution_shape/,
    )
  })

  test('refuses a void of what is no hold', async () => {
    const { rows } = await bench.database.query<{ id: string }>({
      text: `select id from ledger.transfers where kind = 'X' limit 1`,
    })
    const work = insert({
      kind: `'V'`,
      amount: '100',
      hold_amount: '100',
      hold_id: `'${rows[0]?.id}'`,
      debit_id: `(select id from ledger.accounts where name = 'platform:top_ups')`,
      credit_id: `(select id from ledger.accounts where name = '${payer}')`,
    })
    await expect(work).rejects.toThrow('resolves_a_hold')
  })

  test.each([
    'update ledger.transfers set amount = 2',
    'update ledger.transfers set reference = reference where false',
    'delete from ledger.transfers',
    'truncate ledger.transfers cascade',
    'update ledger.accounts set debit_limit = false',
    'delete from ledger.accounts',
    'truncate ledger.accounts cascade',
    'update ledger.assets set scale = 2',
    'update ledger.assets set delisted_at = now(), code = code || 1 where id = 99',
    'delete from ledger.assets',
    'truncate ledger.assets cascade',
    'update ledger.balances set credits_posted = 1000000',
    'insert into ledger.balances select * from ledger.balances',
    'delete from ledger.balances',
    'truncate ledger.balances',
  ])('refuses: %s', async (text) => {
    await expect(bench.database.query({ text })).rejects.toThrow('append-only')
  })

  test('refuses a limited account that is spread over several rows', async () => {
    const text = `insert into ledger.accounts (asset_id, name, debit_limit, credit_limit, shards)
      values (1, 'spread', true, false, 2)`
    await expect(bench.database.query({ text })).rejects.toThrow('limited_accounts_have_one_shard')
  })

  test('a text that looks like SQL is a name, a reference, and nothing else', async () => {
    const reference = `'); drop schema ledger cascade; --`
    const id = bench.ids.make('txn')
    const work = bench.database.transactions.run((tx) =>
      bench.ledger.post(tx, [{ id, debit: payer, credit: payee, amount: usd(1n), reference }]),
    )
    expect(await codeOf(work)).toBe('done')
    expect((await bench.ledger.transfers({ ids: [id] }))[0]?.reference).toBe(reference)
  })

  test('after all that was tried, the books are as they were', async () => {
    const { sums, rebuilt } = await bench.ledger.trialBalance()
    expect([...sums.values()].every((sum) => sum === 0n)).toBe(true)
    expect(rebuilt).toEqual([])
    expect((await bench.ledger.balance(undefined, payer)).held).toBe(10n)
  })
})
