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
import { SHARES_NOTICE_MS } from '../share/publish-shares.ts'
import { earningsOf, requireSplits } from '../testing/earnings.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'

describe.each(TEST_VERSIONS)('refunds on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal
  let lease: Id<'les'>
  let publisher: Principal
  let given: number

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())
  beforeEach(async () => {
    world = await createWorld(server.url)
    journal = await world.startGateway()
    publisher = { ...world.operator, organizationId: world.publisher }
    given = 0
    await world.topUp(100n * MILLI_USD)
    lease = await world.granted(journal, { wanted: `${100n * MILLI_USD}` })
    return async () => {
      await world.audits()
      await requireSplits(world)
      await world.close()
    }
  })

  /** Posts calls of these amounts, and answers their ids. */
  async function sell(...amounts: readonly bigint[]): Promise<Id<'evt'>[]> {
    const first = journal.records.length + 1
    const ids: Id<'evt'>[] = []
    for (const amount of amounts) {
      const record = world.usage(lease, await world.price(amount, `costs-${amount}`))
      ids.push(parseId('evt', record.id) ?? expect.unreachable())
      journal.write(record)
    }
    await world.payments.applyBatch(SLOT, journal.batch(first))
    return ids
  }
  async function sellOne(amount: bigint): Promise<Id<'evt'>> {
    return (await sell(amount))[0] ?? expect.unreachable()
  }
  function refund(
    eventId: string,
    amount?: bigint,
    more: Partial<{ by: Principal; key: string }> = {},
  ) {
    given += 1
    return world.payments.refunds.give(more.by ?? publisher, {
      eventId,
      amount,
      reason: 'wrong answer',
      idempotencyKey: more.key ?? `refund-${given}`,
    })
  }

  test('give a call’s money back: the fee that it added, and the publisher’s part', async () => {
    const event = await sellOne(MILLI_USD)
    const before = await world.available()
    const done = await refund(event)
    expect(done).toMatchObject({ amount: MILLI_USD, fee: MILLI_USD / 40n, owed: 0n })
    expect(await world.available()).toBe(before + MILLI_USD)
    expect(await world.balance(accountNames.platform('fees'))).toBe(0n)
    expect(await earningsOf(world, world.publisher)).toBe(0n)
    expect(world.audit.at(-1)).toMatchObject({ action: 'refund.given', target: done.id })
  })

  test('in parts sum to the whole, and the last unit is the last', async () => {
    const event = await sellOne(101n)
    await refund(event, 34n)
    await refund(event, 33n)
    await refund(event)
    await expect(refund(event)).rejects.toMatchObject({ code: 'payments.refund_exceeds_charge' })
    await expect(refund(event, 1n)).rejects.toMatchObject({
      code: 'payments.refund_exceeds_charge',
      members: { refundable: { amount: '0', asset: 'USD' } },
    })
    expect(await earningsOf(world, world.publisher)).toBe(0n)
  })

  test('larger than the sale, or of nothing, are refused', async () => {
    const event = await sellOne(100n)
    for (const amount of [101n, 10n ** 37n, 0n]) {
      await expect(refund(event, amount)).rejects.toMatchObject({
        code: 'payments.refund_exceeds_charge',
      })
    }
  })

  test('under one key are one refund; under another’s key there is no other', async () => {
    const [event, other] = await sell(100n, 100n)
    const first = await refund(event ?? '', 40n, { key: 'once' })
    expect(await refund(event ?? '', 40n, { key: 'once' })).toEqual(first)
    expect(await refund(event ?? '', undefined, { key: 'once' })).toEqual(first)
    const reused = { code: 'payments.idempotency_key_reused' }
    await expect(refund(event ?? '', 41n, { key: 'once' })).rejects.toMatchObject(reused)
    await expect(refund(other ?? '', 40n, { key: 'once' })).rejects.toMatchObject(reused)
  })

  test('of what was swept come from what is payable; of what is gone they are owed, and netted', async () => {
    const event = await sellOne(1_000n)
    await world.payments.sweepAccrued()
    const payable = accountNames.payable(world.publisher)
    expect(await world.balance(payable)).toBe(975n)
    // Somebody was paid out in the meantime.
    await world.database.transactions.run(async (tx) => {
      const away = accountNames.loss('test_payout')
      await world.ledger.openAccount(tx, away)
      const amount = { amount: 900n, asset: 'USD' as never }
      await world.ledger.post(tx, [
        { id: world.ids.make('txn'), debit: payable, credit: away, amount },
      ])
    })
    expect(await refund(event)).toMatchObject({ fee: 25n, owed: 900n })
    const owed = accountNames.owedByPublisher(world.publisher)
    expect([await world.balance(payable), await world.balance(owed)]).toEqual([0n, -900n])
    await sell(600n)
    await world.payments.sweepAccrued()
    expect([await world.balance(payable), await world.balance(owed)]).toEqual([0n, -315n])
    await sell(1_000n)
    await world.payments.sweepAccrued()
    expect([await world.balance(payable), await world.balance(owed)]).toEqual([660n, 0n])
    // What was paid out is the publisher's as well: put it back, so that the sums of the test hold.
    await world.database.transactions.run(async (tx) => {
      const amount = { amount: 900n, asset: 'USD' as never }
      const away = accountNames.loss('test_payout')
      await world.ledger.post(tx, [
        { id: world.ids.make('txn'), debit: away, credit: payable, amount },
      ])
    })
  })

  test('are the publisher’s and the operator’s; a payer is refused, a stranger learns nothing', async () => {
    const event = await sellOne(100n)
    await expect(refund(event, 1n, { by: world.customer })).rejects.toMatchObject({
      code: 'payments.refund_not_yours',
    })
    const stranger = { ...world.customer, organizationId: world.ids.make('org') }
    await expect(refund(event, 1n, { by: stranger })).rejects.toMatchObject({
      code: 'metering.usage_event_not_found',
    })
    const operator = { ...stranger, permissions: new Set(['platform:operate'] as const) }
    const done = await refund(event, 1n, { by: operator })
    expect(await world.payments.refunds.get(world.customer, done.id)).toEqual(done)
    await expect(world.payments.refunds.get(stranger, done.id)).rejects.toMatchObject({
      code: 'payments.refund_not_found',
    })
  })

  test('of a free call there are none', async () => {
    const record = world.usage(lease, await world.price(0n), { amount: '0', reserved: '0' })
    journal.write(record)
    await world.payments.applyBatch(SLOT, journal.batch())
    await expect(refund(record.id)).rejects.toMatchObject({ code: 'payments.call_not_charged' })
  })

  test('leave no trace when the transaction fails', async () => {
    const event = await sellOne(100n)
    const before = await world.available()
    // A journal entry of the trail that cannot be written takes the refund with it.
    world.audit.push = () => {
      throw new Error('the disk is gone')
    }
    await expect(refund(event)).rejects.toThrow('the disk is gone')
    expect(await world.available()).toBe(before)
    await requireSplits(world)
  })

  test('are kept by the database, whoever writes', async () => {
    const event = await sellOne(100n)
    await refund(event, 60n)
    const refusalOf = (text: string) =>
      world.database.query({ text }).then(
        () => undefined,
        (error: unknown) => sqlErrorOf(error)?.constraint ?? sqlErrorOf(error)?.code,
      )
    const copy = (amount: number) => `insert into payments.refunds
      select gen_random_uuid(), event_id, payer_id, publisher_id, server_id, tool, asset, ${amount},
        0, 0, reason, given_by, gen_random_uuid()::text, created_at
      from payments.refunds where reason = 'wrong answer' and amount = 60 and event_id in
        (select event_id from payments.captures where refunded = 60 and captured = 100)
      order by id desc limit 1`
    expect(await refusalOf(copy(41))).toBe('refund_within_capture')
    for (const text of [
      'update payments.refunds set amount = amount',
      'delete from payments.refunds',
      'truncate payments.refunds cascade',
      'update payments.captures set refunded = 0',
      'update payments.captures set captured = captured + 1',
      'delete from payments.captures',
    ]) {
      expect([text, await refusalOf(text)]).toEqual([text, '23001'])
    }
    expect(await refusalOf('update payments.fee_totals set refunded = gross + 1')).toBe(
      'refunded_within_sales',
    )
  })

  /** Publishes shares that end at these cuts of the net, and goes on when they have started. */
  async function share(cuts: readonly number[]): Promise<void> {
    const sorted = [...new Set(cuts)].filter((cut) => cut > 0).toSorted((a, b) => a - b)
    await world.payments.shares.publish(publisher, {
      serverId: world.server,
      parties: sorted.map((cut, index) => ({
        role: 'co_publisher' as const,
        organizationId: world.ids.make('org'),
        bps: cut - (sorted[index - 1] ?? 0),
      })),
      startsAt: undefined,
    })
    world.clock.advance(SHARES_NOTICE_MS)
  }

  /** What happens in the random history below. */
  type Step =
    | { readonly kind: 'sell'; readonly amounts: readonly bigint[] }
    | { readonly kind: 'refund'; readonly which: number; readonly amount: bigint | undefined }
    | { readonly kind: 'sweep' }
    | { readonly kind: 'share'; readonly cuts: readonly number[] }
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constant('sell' as const),
      amounts: fc.array(fc.bigInt({ min: 1n, max: 300n }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('refund' as const),
      which: fc.nat(),
      amount: fc.option(fc.bigInt({ min: 1n, max: 200n }), { nil: undefined }),
    }),
    fc.constant({ kind: 'sweep' as const }),
    fc.record({
      kind: fc.constant('share' as const),
      cuts: fc.array(fc.oneof(fc.nat(10_000), fc.constant(10_000)), { maxLength: 3 }),
    }),
  )

  test('in any order with sales, shares and sweeps leave everybody with the split of what was kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const sold: Id<'evt'>[] = []
        for (const one of steps) {
          if (one.kind === 'sell') sold.push(...(await sell(...one.amounts)))
          else if (one.kind === 'sweep') await world.payments.sweepAccrued()
          else if (one.kind === 'share') await share(one.cuts)
          else if (sold.length > 0) {
            await refund(sold[one.which % sold.length] ?? '', one.amount).catch(
              (error: { code?: string }) => {
                expect(error.code).toBe('payments.refund_exceeds_charge')
              },
            )
          }
        }
        await requireSplits(world)
      }),
      { numRuns: 15 },
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
  }, 120_000)
})
