import { feeOnCumulative, parseId } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { accountNames } from '../../ledger/index.ts'
import { createTestJournal, type TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'
import { merkleRoot } from './merkle.ts'

const milli = (count: number) => BigInt(count) * MILLI_USD

describe.each(TEST_VERSIONS)('a batch on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal
  let lease: string
  /** Earlier tests of the file have left their traces on the platform's accounts. */
  let before: { readonly suspense: bigint; readonly loss: bigint; readonly fees: bigint }

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  beforeEach(async () => {
    world = await createWorld(server.url)
    journal = await world.startGateway()
    await world.topUp(milli(100))
    lease = await world.granted(journal, { wanted: milli(20).toString() })
    before = await platformBalances()
    return async () => {
      await world.audits()
      await world.close()
    }
  })

  async function platformBalances() {
    const [suspense = 0n, loss = 0n, fees = 0n] = await Promise.all(
      (['suspense', 'loss', 'fees'] as const).map((name) =>
        world.balance(accountNames.platform(name)),
      ),
    )
    return { suspense, loss, fees }
  }
  const ship = (from?: number, to?: number) =>
    world.payments.applyBatch(SLOT, journal.batch(from, to))
  const earned = () => world.balance(accountNames.accrued(world.publisher))
  const cases = async (incarnationId: string = journal.incarnationId) => {
    const query = { organizationId: null, state: undefined, before: undefined, limit: 200 } as const
    const all = await world.payments.listCases(query)
    return all.filter((one) => one.incarnationId === incarnationId)
  }
  const leaseRow = async (id: string = lease) => {
    const query = { payerId: world.payer, before: undefined, limit: 100 }
    return (await world.payments.listExposure(query)).find((row) => row.id === id)
  }

  test('delivered twice is applied once, and the repeat is told where the journal stands', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(world.usage(lease, price), world.usage(lease, price))
    const first = await ship()
    expect(first).toMatchObject({ applied: true, cursor: { seq: 2, state: 'open' } })
    expect(first.cursor.hash).toBe(journal.records[1]?.hash)
    expect(await ship()).toEqual({ ...first, applied: false })
    expect(await leaseRow()).toMatchObject({ used: milli(2), returned: 0n })
    expect(await cases()).toEqual([])
  })

  test('delivered many times at once is applied once', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(world.usage(lease, price), world.usage(lease, price))
    const answers = await Promise.all(Array.from({ length: 8 }, () => ship()))
    expect(answers.filter(({ applied }) => applied)).toHaveLength(1)
    expect(await leaseRow()).toMatchObject({ used: milli(2) })
  })

  test('that overlaps what was applied is told the cursor, and goes on from there', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(...[1, 2, 3, 4].map(() => world.usage(lease, price)))
    await ship(1, 2)
    expect(await ship(2, 4)).toMatchObject({ applied: false, cursor: { seq: 2 } })
    expect(await ship(3, 4)).toMatchObject({ applied: true, cursor: { seq: 4 } })
    expect(await leaseRow()).toMatchObject({ used: milli(4) })
  })

  test('after a gap is not applied and raises an alarm', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(world.usage(lease, price), world.usage(lease, price))
    expect(await ship(2, 2)).toMatchObject({ applied: false, cursor: { seq: 0 } })
    expect(await cases()).toMatchObject([{ kind: 'journal_gap', detail: { cursor: 0, first: 2 } }])
    expect(await leaseRow()).toMatchObject({ used: 0n })
  })

  test('with a broken chain is refused whole and raises an alarm', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(world.usage(lease, price), world.usage(lease, price))
    const [first, second] = journal.records
    if (first === undefined || second === undefined) throw new Error('two records')
    const forged = { ...second, payload: (second.payload ?? '').replace('echo', 'ohce') }
    const batch = { incarnationId: journal.incarnationId, records: [first, forged] }
    await expect(world.payments.applyBatch(SLOT, batch)).rejects.toMatchObject({
      code: 'payments.journal_broken',
    })
    expect(await cases()).toMatchObject([{ kind: 'journal_broken', detail: { seq: 2 } }])
    expect(await leaseRow()).toMatchObject({ used: 0n })
    expect(await ship()).toMatchObject({ applied: true, cursor: { seq: 2 } })
  })

  test('of nobody, or sent by another gateway, is refused', async () => {
    const stranger = createTestJournal(world.ids.make('inc'))
    stranger.write(null)
    await expect(world.payments.applyBatch(SLOT, stranger.batch())).rejects.toMatchObject({
      code: 'payments.incarnation_unknown',
    })
    journal.write(null)
    await expect(world.payments.applyBatch('gateway-2', journal.batch())).rejects.toMatchObject({
      code: 'payments.slot_mismatch',
    })
  })

  test('with records that nobody understands goes on, with a case for each and the good ones posted', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(
      '{"kind":"usage"',
      world.usage(lease, price, { amount: `${price.amount - 1n}` }),
      world.usage(lease, price, { tool: 'a\u0000b' }),
      world.usage(world.ids.make('les'), price),
      world.usage(lease, price, { amount: `${10n ** 37n}`, reserved: `${10n ** 37n}` }),
      'nul \u0000 inside, and half a character \ud83d',
      world.usage(lease, price, { tool: 'half \ud83d' }),
      world.usage(lease, price),
    )
    expect(await ship()).toMatchObject({ applied: true, cursor: { seq: 8 } })
    const kinds = (await cases()).map(({ kind }) => kind).toSorted()
    expect(kinds).toEqual([
      'lease_unknown',
      'rating_disagreement',
      'record_unreadable',
      'record_unreadable',
      'record_unreadable',
      'record_unreadable',
      'record_unreadable',
    ])
    expect(await leaseRow()).toMatchObject({ used: milli(1) })
    const aside = milli(2) - 1n
    const after = await platformBalances()
    expect(after.suspense - before.suspense).toBe(aside)
    expect(before.loss - after.loss).toBe(aside)
  })

  test('that spends more than its lease holds costs the payer the lease and no more', async () => {
    const price = await world.price(milli(15))
    journal.write(world.usage(lease, price), world.usage(lease, price), {
      kind: 'lease_close',
      leaseId: lease,
    })
    await ship()
    expect(await cases()).toMatchObject([{ kind: 'lease_overspent', amount: milli(15) }])
    expect(await world.available()).toBe(milli(85))
  })

  test('repeats of one mistake are one case that counts them', async () => {
    const price = await world.price(MILLI_USD)
    const unknown = world.ids.make('les')
    journal.write(world.usage(unknown, price))
    await ship(1)
    journal.write(world.usage(unknown, price), world.usage(unknown, price))
    await ship(2)
    expect(await cases()).toMatchObject([
      { kind: 'lease_unknown', amount: milli(3), occurrences: 2 },
    ])
  })

  test('of a keyed purchase in two journals posts once, whichever comes first', async () => {
    const price = await world.price(MILLI_USD)
    const other = await world.startGateway()
    const second = await world.granted(other, { wanted: milli(5).toString() })
    const purchaseId = world.ids.make('pur')
    journal.write(world.usage(lease, price, { purchaseId }))
    other.write(world.usage(second, price, { purchaseId, attempt: 2 }))
    await Promise.all([ship(), world.payments.applyBatch(SLOT, other.batch())])
    const rows = [await leaseRow(), await leaseRow(second)]
    expect(rows.reduce((sum, row) => sum + (row?.used ?? 0n), 0n)).toBe(milli(1))
    const events = await world.metering.listUsage({
      organizationId: world.payer,
      side: 'payer',
      serverId: undefined,
      before: undefined,
      limit: 10,
    })
    const dispositions = events.map(({ disposition }) => disposition).toSorted()
    expect(dispositions).toEqual(['duplicate_purchase', 'posted'])
  })

  test('a purchase that was not charged may still be bought', async () => {
    const price = await world.price(MILLI_USD)
    const purchaseId = world.ids.make('pur')
    journal.write(
      world.usage(lease, price, { purchaseId, amount: '0', outcome: 'timeout' }),
      world.usage(world.ids.make('les'), price, { purchaseId }),
    )
    await ship(1)
    journal.write(world.usage(lease, price, { purchaseId, attempt: 3 }))
    await ship(3)
    expect(await leaseRow()).toMatchObject({ used: milli(1) })
  })

  test('cut in any way charges the fee of the whole', async () => {
    const price = await world.price(777n)
    journal.write(...Array.from({ length: 50 }, () => world.usage(lease, price)))
    for (const [from, to] of [
      [1, 1],
      [2, 9],
      [10, 10],
      [11, 49],
      [50, 50],
    ] as const) {
      expect(await ship(from, to)).toMatchObject({ applied: true })
    }
    const fee = feeOnCumulative(50n * 777n, price.feeBps)
    expect((await platformBalances()).fees - before.fees).toBe(fee)
    expect(await earned()).toBe(50n * 777n - fee)
  })

  test('stores the root and the leaves that receipts are proven with', async () => {
    journal.write(null, '{}', null)
    await ship()
    const id = parseId('inc', journal.incarnationId)
    expect(id).toBeDefined()
    const { rows } = await world.database.query<{ merkle_root: Buffer; leaves: Buffer }>({
      text: `select merkle_root, leaves from payments.journal_batches b
             join payments.journal_cursor c using (incarnation_id) where encode(c.hash, 'hex') = $1`,
      values: [journal.records[2]?.hash],
    })
    const leaves = journal.records.map(({ payloadDigest }) => Buffer.from(payloadDigest, 'hex'))
    expect(rows).toHaveLength(1)
    expect(rows[0]?.merkle_root).toEqual(merkleRoot(leaves))
    expect(rows[0]?.leaves).toEqual(Buffer.concat(leaves))
  })

  test('every event names the transfer that it is part of', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(world.usage(lease, price), world.usage(lease, price))
    await ship()
    const query = { organizationId: world.publisher, side: 'publisher', limit: 10 } as const
    const events = await world.metering.listUsage({
      ...query,
      serverId: world.server,
      before: undefined,
    })
    const [first] = events
    expect(events.map(({ transferId }) => transferId)).toEqual([
      first?.transferId,
      first?.transferId,
    ])
    const transfers = await world.ledger.transfers({
      account: accountNames.accrued(world.publisher),
    })
    expect(transfers).toMatchObject([{ id: first?.transferId }])
  })

  test('with the last word closes every lease, gives the rest back and takes no more', async () => {
    const price = await world.price(MILLI_USD)
    await world.granted(journal, { wanted: milli(5).toString() })
    journal.write(world.usage(lease, price), { kind: 'incarnation_end' })
    expect(await ship()).toMatchObject({ applied: true, cursor: { seq: 2, state: 'ended' } })
    expect(await world.available()).toBe(milli(99))
    journal.write(world.usage(lease, price))
    expect(await ship(3)).toMatchObject({ applied: false, cursor: { seq: 2, state: 'ended' } })
    await expect(world.lease(journal, {})).rejects.toMatchObject({
      code: 'payments.incarnation_closed',
    })
  })

  test('an intent without an end opens a case when its journal ends', async () => {
    const price = await world.price(MILLI_USD)
    const [done, open, cheap] = [1, 2, 3].map(() => world.usage(lease, price, { amount: '0' }))
    if (done === undefined || open === undefined || cheap === undefined) throw new Error('three')
    const intent = (call: typeof done, opensCase: boolean) => ({
      kind: 'intent' as const,
      id: call.id,
      atMs: call.atMs,
      leaseId: lease,
      payerId: call.payerId,
      serverId: call.serverId,
      tool: call.tool,
      reserved: call.reserved,
      purchaseId: null,
      opensCase,
    })
    journal.write(intent(done, true), intent(open, true), intent(cheap, false))
    await ship()
    journal.write(done)
    await ship(4)
    expect(await cases()).toEqual([])
    journal.write({ kind: 'incarnation_end' })
    await ship(5)
    expect(await cases()).toMatchObject([{ kind: 'intent_unresolved', subject: open.id }])
  })

  describe('of an incarnation that was declared lost', () => {
    test('arrives late: into suspense with a case, and never at the payer’s cost', async () => {
      const price = await world.price(MILLI_USD)
      journal.write(world.usage(lease, price))
      await ship()
      const lost = await world.payments.declareLost(world.operator, journal.incarnationId)
      expect(lost).toMatchObject({ leasesClosed: 1, returned: milli(19) })
      expect(await world.available()).toBe(milli(99))
      const unknownEnd = world.usage(lease, price)
      journal.write(
        world.usage(lease, price),
        { kind: 'lease_return', leaseId: lease, amount: milli(3).toString() },
        {
          kind: 'intent',
          id: unknownEnd.id,
          atMs: unknownEnd.atMs,
          leaseId: lease,
          payerId: unknownEnd.payerId,
          serverId: unknownEnd.serverId,
          tool: unknownEnd.tool,
          reserved: unknownEnd.reserved,
          purchaseId: null,
          opensCase: true,
        },
        { kind: 'incarnation_end' },
      )
      expect(await ship(2)).toMatchObject({ applied: true, cursor: { seq: 5, state: 'lost' } })
      expect(await world.available()).toBe(milli(99))
      expect((await platformBalances()).suspense - before.suspense).toBe(milli(1))
      const kinds = (await cases()).map(({ kind }) => kind).toSorted()
      expect(kinds).toEqual(['intent_unresolved', 'journal_lost', 'late_arrival', 'record_refused'])
      expect(world.audit.map(({ action }) => action)).toContain('gateway_incarnation.declared_lost')
    })

    test('again changes nothing; one that ended in order, or nobody, is refused', async () => {
      await world.payments.declareLost(world.operator, journal.incarnationId)
      const again = await world.payments.declareLost(world.operator, journal.incarnationId)
      expect(again).toMatchObject({ leasesClosed: 0, returned: 0n })
      const other = await world.startGateway()
      other.write({ kind: 'incarnation_end' })
      await world.payments.applyBatch(SLOT, other.batch())
      await expect(
        world.payments.declareLost(world.operator, other.incarnationId),
      ).rejects.toMatchObject({ code: 'payments.incarnation_ended' })
      await expect(
        world.payments.declareLost(world.operator, world.ids.make('inc')),
      ).rejects.toMatchObject({ code: 'payments.incarnation_not_found' })
    })
  })

  test('of the largest size is one transaction', async () => {
    await world.topUp(milli(10_000))
    const big = await world.granted(journal, { wanted: milli(2_000).toString() })
    const prices = [await world.price(MILLI_USD, 'one'), await world.price(2n * MILLI_USD, 'two')]
    journal.write(
      ...Array.from({ length: 500 }, (_, index) => {
        const price = prices[index % 2]
        if (price === undefined) throw new Error('two prices')
        return world.usage(big, price)
      }),
    )
    expect(await ship()).toMatchObject({ applied: true, cursor: { seq: 500 } })
    expect(await leaseRow(big)).toMatchObject({ used: milli(750) })
  })

  test('what publishers earned becomes payable once, and old purchases are forgotten', async () => {
    const price = await world.price(MILLI_USD)
    journal.write(world.usage(lease, price, { purchaseId: world.ids.make('pur') }))
    await ship()
    const share = await earned()
    await Promise.all([world.payments.sweepAccrued(), world.payments.sweepAccrued()])
    expect(await earned()).toBe(0n)
    expect(await world.balance(accountNames.payable(world.publisher))).toBe(share)
    expect(await world.payments.prunePurchases()).toBe(0)
    world.clock.advance(8 * 24 * 3_600_000)
    expect(await world.payments.prunePurchases()).toBeGreaterThanOrEqual(1)
  })
})
