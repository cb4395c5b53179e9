import type { Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Id } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sqlErrorOf } from '../../../infra/postgres/index.ts'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { accountNames, postgresLedgerAudit } from '../../ledger/index.ts'
import { postgresReconciliationStore } from '../adapters/postgres-reconciliation-store.ts'
import { postgresPaymentsStores } from '../adapters/postgres-stores.ts'
import { createReconciler } from '../reconcile/create-reconciler.ts'
import { requireSplits } from '../testing/earnings.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'
import { DISPUTABLE_FOR_MS } from './open-dispute.ts'

describe.each(TEST_VERSIONS)('disputes on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal
  let lease: Id<'les'>
  let publisher: Principal
  let operator: Principal
  let given: number

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())
  beforeEach(async () => {
    world = await createWorld(server.url)
    journal = await world.startGateway()
    publisher = { ...world.operator, organizationId: world.publisher }
    operator = { ...world.operator, permissions: new Set(['platform:operate']) }
    given = 0
    await world.topUp(100n * MILLI_USD)
    lease = await world.granted(journal, { wanted: `${100n * MILLI_USD}` })
    return async () => {
      await world.audits()
      await requireSplits(world)
      await world.close()
    }
  })

  async function sell(amount = 10_000n): Promise<Id<'evt'>> {
    const record = world.usage(lease, await world.price(amount, `costs-${amount}`))
    const first = journal.records.length + 1
    journal.write(record)
    await world.payments.applyBatch(SLOT, journal.batch(first))
    return parseId('evt', record.id) ?? expect.unreachable()
  }
  const open = (eventId: string, amount?: bigint, by = world.customer) =>
    world.payments.disputes.open(by, { eventId, amount, reason: 'wrong answer' })
  const close = (id: string, state: 'accepted' | 'rejected' | 'withdrawn', by: Principal) =>
    world.payments.disputes.close(by, id, { state, answer: null })
  const refund = (eventId: string, amount?: bigint) => {
    given += 1
    const idempotencyKey = `refund-${given}`
    const wish = { eventId, amount, reason: 'wrong answer', idempotencyKey }
    return world.payments.refunds.give(publisher, wish)
  }
  /** What stands on the publisher's accrued, payable and reserve, and what it owes. */
  const standing = () =>
    Promise.all(
      (['accrued', 'payable', 'reserve', 'owedByPublisher'] as const).map((name) =>
        world.balance(accountNames[name](world.publisher)),
      ),
    )

  test('keep the publisher’s part back until they are decided', async () => {
    const dispute = await open(await sell())
    expect(dispute).toMatchObject({ state: 'open', amount: 10_000n, held: 9_750n })
    expect(await standing()).toEqual([0n, 0n, 9_750n, 0n])
    expect(await world.payments.sweepAccrued()).toBe(0)
    const before = await world.available()
    const closed = await close(dispute.id, 'accepted', publisher)
    expect(closed).toMatchObject({ state: 'accepted', refundId: expect.stringMatching(/^rfd_/) })
    expect(await world.available()).toBe(before + 10_000n)
    expect(await standing()).toEqual([0n, 0n, 0n, 0n])
    expect(world.audit.at(-1)).toMatchObject({ action: 'dispute.accepted', target: dispute.id })
  })

  test('that are rejected or withdrawn give it back, and move nothing else', async () => {
    const before = await world.available()
    const first = await open(await sell())
    await close(first.id, 'rejected', operator)
    expect(await standing()).toEqual([0n, 9_750n, 0n, 0n])
    const second = await open(await sell(), 4_000n)
    await close(second.id, 'withdrawn', world.customer)
    expect(await standing()).toEqual([5_850n, 13_650n, 0n, 0n])
    expect(await world.available()).toBe(before)
  })

  test('of a call whose money is gone hold what there is; what is missing is owed when they are accepted', async () => {
    const event = await sell()
    await world.payments.sweepAccrued()
    const [payable, away] = [
      accountNames.payable(world.publisher),
      accountNames.loss('test_payout'),
    ]
    const move = (debit: typeof away, credit: typeof away) =>
      world.database.transactions.run(async (tx) => {
        await world.ledger.openAccount(tx, away)
        const amount = { amount: 9_000n, asset: 'USD' as never }
        await world.ledger.post(tx, [{ id: world.ids.make('txn'), debit, credit, amount }])
      })
    await move(payable, away)
    const dispute = await open(event)
    expect(dispute.held).toBe(750n)
    await close(dispute.id, 'accepted', operator)
    expect(await standing()).toEqual([0n, 0n, 0n, -9_000n])
    await move(away, payable)
  })

  test('and refunds of one call together never give more than it was charged', async () => {
    const event = await sell()
    const dispute = await open(event, 6_000n)
    await refund(event, 7_000n)
    const closed = await close(dispute.id, 'accepted', publisher)
    const done = await world.payments.refunds.get(world.customer, closed.refundId ?? '')
    expect(done.amount).toBe(3_000n)
    const other = await sell()
    const later = await open(other)
    await refund(other)
    expect(await close(later.id, 'accepted', publisher)).toMatchObject({ refundId: null })
    expect((await standing())[2]).toBe(0n)
  })

  test('are one at a time, in time, and never again after one that was rejected', async () => {
    const event = await sell()
    const dispute = await open(event)
    const exists = { code: 'payments.dispute_exists', members: { dispute: dispute.id } }
    await expect(open(event)).rejects.toMatchObject(exists)
    await close(dispute.id, 'withdrawn', world.customer)
    const second = await open(event, 1n)
    await close(second.id, 'rejected', operator)
    await expect(open(event)).rejects.toMatchObject({ members: { dispute: second.id } })
    await expect(close(second.id, 'accepted', publisher)).rejects.toMatchObject({
      code: 'payments.dispute_closed',
    })
    const old = await sell()
    world.clock.advance(DISPUTABLE_FOR_MS + 1)
    await expect(open(old)).rejects.toMatchObject({ code: 'payments.dispute_too_late' })
  })

  test('are opened, accepted, rejected and withdrawn by whoever they are for', async () => {
    const event = await sell()
    const mine = { code: 'payments.dispute_not_yours' }
    await expect(open(event, undefined, publisher)).rejects.toMatchObject(mine)
    await expect(open(event, 10_001n)).rejects.toMatchObject({
      code: 'payments.refund_exceeds_charge',
    })
    const { id } = await open(event)
    await expect(close(id, 'accepted', world.customer)).rejects.toMatchObject(mine)
    await expect(close(id, 'rejected', publisher)).rejects.toMatchObject(mine)
    await expect(close(id, 'withdrawn', operator)).rejects.toMatchObject(mine)
    const stranger = { ...world.customer, organizationId: world.ids.make('org') }
    await expect(close(id, 'accepted', stranger)).rejects.toMatchObject({
      code: 'payments.dispute_not_found',
    })
  })

  test('are kept by the database, whoever writes', async () => {
    const { id } = await open(await sell())
    const refusalOf = (text: string) =>
      world.database.query({ text }).then(
        () => undefined,
        (error: unknown) => sqlErrorOf(error)?.constraint ?? sqlErrorOf(error)?.code,
      )
    expect(await refusalOf('update payments.disputes set held = 0')).toBe('23001')
    await close(id, 'withdrawn', world.customer)
    for (const text of [
      `update payments.disputes set state = 'open', closed_at = null where state = 'withdrawn'`,
      'delete from payments.disputes',
    ]) {
      expect([text, await refusalOf(text)]).toEqual([text, '23001'])
    }
  })

  test('racing each other and refunds are closed once, and nobody is overdrawn', async () => {
    const events = [await sell(1_000n), await sell(2_000n), await sell(3_000n)]
    const opened = await Promise.all(
      events.flatMap((event) => [1, 2, 3].map(() => open(event).catch(() => undefined))),
    )
    const disputes = opened.flatMap((one) => one ?? [])
    expect(disputes).toHaveLength(3)
    const answers = await Promise.all(
      disputes.flatMap(({ id, eventId }) => [
        close(id, 'accepted', publisher).catch(() => undefined),
        close(id, 'withdrawn', world.customer).catch(() => undefined),
        refund(eventId, 400n).catch(() => undefined),
        world.payments.sweepAccrued(),
      ]),
    )
    const closed = answers.flatMap((one) => (typeof one === 'object' && 'held' in one ? [one] : []))
    expect(closed).toHaveLength(3)
    expect((await standing())[2]).toBe(0n)
  })

  test('in any order with sales, refunds and sweeps leave the books right', async () => {
    const step = fc.record({
      what: fc.constantFrom('sell', 'open', 'accept', 'reject', 'withdraw', 'refund', 'sweep'),
      which: fc.nat(),
      amount: fc.bigInt({ min: 1n, max: 500n }),
    })
    const sold: Id<'evt'>[] = []
    const opened: string[] = []
    const refused = (error: { code?: string }) => expect(error.code).toMatch(/^payments\./)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const { what, which, amount } of steps) {
          const event = sold[which % sold.length] ?? (await sell(amount))
          const dispute = opened[which % opened.length] ?? ''
          if (what === 'sell') sold.push(await sell(amount))
          else if (what === 'sweep') await world.payments.sweepAccrued()
          else if (what === 'refund') await refund(event, amount).catch(refused)
          else if (what === 'open') {
            await open(event, amount).then(({ id }) => void opened.push(id), refused)
          } else if (what === 'accept') await close(dispute, 'accepted', publisher).catch(refused)
          else if (what === 'reject') await close(dispute, 'rejected', operator).catch(refused)
          else await close(dispute, 'withdrawn', world.customer).catch(refused)
        }
        await requireSplits(world)
      }),
      { numRuns: 12 },
    )
    const { database, clock, ids, metering } = world
    const reconciler = createReconciler({
      transactions: database.transactions,
      reconciliations: postgresReconciliationStore,
      cases: postgresPaymentsStores.cases,
      ledgerAudit: postgresLedgerAudit,
      metering,
      audit: { record: () => Promise.resolve() },
      clock,
      ids,
      alert: ({ findings }) => expect(findings).toEqual([]),
    })
    expect(await reconciler.reconcileNightly()).toBe(0)
  }, 180_000)
})
