import { toUuid, type Transaction } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgOf } from '../../../infra/postgres/index.ts'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import {
  accountNames,
  createBooks,
  postgresBooksStore,
  postgresLedgerAudit,
} from '../../ledger/index.ts'
import { postgresReconciliationStore } from '../adapters/postgres-reconciliation-store.ts'
import { postgresPaymentsStores } from '../adapters/postgres-stores.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'
import { createReconciler, type Reconciler } from './create-reconciler.ts'
import type { Reconciliation } from './reconciliation.ts'

describe.each(TEST_VERSIONS)('a reconciliation on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let reconciler: Reconciler
  const alerts: Reconciliation[] = []

  beforeAll(async () => {
    server = await startTestDatabase({ version })
    world = await createWorld(server.url)
    const { database, clock, ids, audit, metering } = world
    reconciler = createReconciler({
      transactions: database.transactions,
      reconciliations: postgresReconciliationStore,
      cases: postgresPaymentsStores.cases,
      ledgerAudit: postgresLedgerAudit,
      metering,
      audit: { record: async (_, entry) => void audit.push(entry) },
      clock,
      ids,
      alert: (done) => void alerts.push(done),
    })
    await world.payments.signer.keepFresh()
    await yesterday()
    await trade()
  })
  afterAll(async () => {
    await world.close()
    await server.stop()
  })

  /** Calls of two prices over two leases, one of them disputed: fees, usage, an open remainder, a reserve. */
  async function trade(): Promise<void> {
    await world.topUp(100n * MILLI_USD)
    const journal = await world.startGateway()
    const prices = [await world.price(MILLI_USD, 'echo'), await world.price(3n * MILLI_USD, 'add')]
    for (const price of prices) {
      const wanted = (20n * MILLI_USD).toString()
      const lease = await world.granted(journal, { needed: wanted, wanted })
      journal.write(...Array.from({ length: 3 }, () => world.usage(lease, price)))
    }
    await world.payments.applyBatch(SLOT, journal.batch())
    const [call] = await world.payments.receipts.list({
      organizationId: world.payer,
      side: 'payer',
      serverId: undefined,
      before: undefined,
      limit: 1,
    })
    const eventId = call?.receipt.eventId ?? expect.unreachable()
    const wish = { eventId, amount: 1_000n, reason: 'wrong answer' }
    await world.payments.disputes.open(world.customer, wish)
  }

  /** A day that is closed, with one transfer between accounts of the platform. */
  async function yesterday(): Promise<void> {
    const { database, ledger, ids } = world
    const [debit, credit] = [accountNames.platform('loss'), accountNames.platform('suspense')]
    await database.transactions.run((tx) => ledger.openAccounts(tx, [debit, credit]))
    await database.query({
      text: `insert into ledger.transfers (id, kind, debit_id, credit_id, asset_id, amount, at)
        select $1, 'X', d.id, c.id, 1, 7, now() - interval '1 day'
        from ledger.accounts d, ledger.accounts c where d.name = $2 and c.name = $3`,
      values: [toUuid(ids.make('txn')), debit, credit],
    })
    const books = createBooks({ store: postgresBooksStore, transactions: database.transactions })
    expect(await books.closeDays()).toBe(1)
  }

  /** Writes around every trigger, as only a superuser can. */
  const corrupt = (text: string) =>
    world.database.transactions.run(async (tx) => {
      await pgOf(tx).query({ text: 'set local session_replication_role = replica' })
      const { rowCount } = await pgOf(tx).query({ text })
      expect(rowCount).toBe(1)
    })

  const openCases = async () =>
    (
      await world.payments.listCases({
        organizationId: null,
        state: 'open',
        before: undefined,
        limit: 50,
      })
    )
      .map(({ kind, subject, amount, asset }) => `${kind} ${subject} ${amount} ${asset}`)
      .toSorted()

  const resolveCases = () =>
    world.database.query({ text: `update payments.cases set state = 'resolved'` })

  test('of books that are right compares everything and finds nothing', async () => {
    const done = await reconciler.reconcile(world.operator)
    expect(done.findings).toEqual([])
    expect(Object.values(done.compared).every((count) => count > 0)).toBe(true)
    expect(done.compared.usage_differs).toBeGreaterThan(1)
    expect(await openCases()).toEqual([])
    expect(alerts).toEqual([])
    expect(world.audit.filter(({ action }) => action === 'ledger.reconciled')).toHaveLength(1)
    expect(await reconciler.reconcileNightly()).toBe(0)
  })

  const accountId = (name: string) => `(select id from ledger.accounts where name = '${name}')`
  const oneTransfer = `(select transfer_id from metering.usage_events where posted > 0 order by id limit 1)`

  test.each([
    {
      what: 'a balance',
      change: (by: string) =>
        `update ledger.balances set credits_posted = credits_posted ${by} 1
         where account_id = ${accountId(accountNames.available(world.payer))}`,
      cases: () => [`balance_differs ${accountNames.available(world.payer)} 1 USD`],
    },
    {
      what: 'the closing of a day',
      change: (by: string) =>
        `update ledger.closing_balances set debits_posted = debits_posted ${by} 1
         where account_id = ${accountId('platform:loss')}`,
      cases: () => ['closing_differs platform:loss 1 USD'],
    },
    {
      what: 'a lease',
      change: (by: string) =>
        `update payments.leases set granted = granted ${by} 1
         where id = (select id from payments.leases order by id limit 1)`,
      cases: () => [expect.stringMatching(/^lease_differs org:org_.*:leased:inc_.* 1 USD$/)],
    },
    {
      what: 'a call',
      change: (by: string) =>
        `update metering.usage_events set posted = posted ${by} 1
         where id = (select id from metering.usage_events where posted > 0 order by id limit 1)`,
      cases: () => [expect.stringMatching(/^usage_differs txn_.* 1 USD$/)],
    },
    {
      what: 'a fee total',
      change: (by: string) => `update payments.fee_totals set gross = gross ${by} 40`,
      cases: () => ['fees_differ platform:fees 1 USD'],
    },
    {
      what: 'a top-up',
      change: (by: string) => `update payments.top_ups set amount = amount ${by} 1`,
      cases: () => ['rail_differs platform:top_ups 1 USD'],
    },
    {
      what: 'what a dispute holds',
      change: (by: string) => `update payments.disputes set held = held ${by} 1`,
      cases: () => [`reserve_differs ${accountNames.reserve(world.publisher)} 1 USD`],
    },
    {
      what: 'a transfer of usage',
      change: (by: string) =>
        `update ledger.transfers set amount = amount ${by} 1 where id = ${oneTransfer}`,
      cases: () => [
        expect.stringMatching(/^balance_differs org:org_.*:leased:inc_.* 1 USD$/),
        `balance_differs ${accountNames.accrued(world.publisher)} 1 USD`,
        expect.stringMatching(/^lease_differs org:org_.*:leased:inc_.* 1 USD$/),
        expect.stringMatching(/^usage_differs txn_.* 1 USD$/),
      ],
    },
  ])('finds one unit of difference in $what, and opens exactly that', async ({ change, cases }) => {
    await corrupt(change('+'))
    const before = alerts.length
    const done = await reconciler.reconcile(world.operator)
    expect(await openCases()).toEqual(cases())
    expect(done.found).toBe(cases().length)
    expect(alerts.slice(before)).toEqual([done])
    // The same again is another occurrence, not another case.
    await reconciler.reconcileNightly()
    expect(await openCases()).toHaveLength(cases().length)
    await corrupt(change('-'))
    await resolveCases()
    expect(await reconciler.reconcileNightly()).toBe(0)
  })

  test('runs one at a time, and can be read afterwards, newest first', async () => {
    const running = await world.database.transactions.run(async (tx: Transaction) => {
      await postgresReconciliationStore.begin(tx)
      return reconciler.reconcile(world.operator).catch((error: unknown) => error)
    })
    expect(running).toMatchObject({ code: 'payments.reconciliation_running' })
    world.clock.advance(1)
    const done = await reconciler.reconcile(world.operator)
    const [newest] = await reconciler.list({ before: undefined, limit: 1 })
    expect(newest).toEqual(done)
    const older = await reconciler.list({ before: done.id, limit: 100 })
    expect(older.some(({ found }) => found > 0)).toBe(true)
  })
})
