import type { Principal } from '@mcp-orchestra/api/permission'
import { toUuid, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sqlErrorOf } from '../../../infra/postgres/index.ts'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { accountNames } from '../../ledger/index.ts'
import type { Month } from '../../metering/index.ts'
import { earningsOf, requireSplits } from '../testing/earnings.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'
import { SHARES_NOTICE_MS } from './publish-shares.ts'

describe.each(TEST_VERSIONS)('shares on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal
  let lease: Id<'les'>
  let publisher: Principal
  let author: Id<'org'>
  let partner: Id<'org'>

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())
  beforeEach(async () => {
    world = await createWorld(server.url)
    journal = await world.startGateway()
    publisher = { ...world.operator, organizationId: world.publisher }
    author = world.ids.make('org')
    partner = world.ids.make('org')
    await world.topUp(100n * MILLI_USD)
    lease = await world.granted(journal, { wanted: `${100n * MILLI_USD}` })
    await world.payments.signer.keepFresh()
    return async () => {
      await world.audits()
      await requireSplits(world)
      await world.close()
    }
  })

  async function publish(): Promise<void> {
    await world.payments.shares.publish(publisher, {
      serverId: world.server,
      parties: [
        { role: 'co_publisher', organizationId: partner, bps: 2_500 },
        { role: 'template_author', organizationId: author, bps: 1_000 },
      ],
      startsAt: undefined,
    })
  }

  /** Posts a call of 10,000 units that was made at this moment, and answers its id. */
  async function sell(atMs = world.clock.now()): Promise<string> {
    const record = world.usage(lease, await world.price(10_000n), { atMs })
    const first = journal.records.length + 1
    journal.write(record)
    await world.payments.applyBatch(SLOT, journal.batch(first))
    return record.id
  }
  const earned = () =>
    Promise.all([world.publisher, author, partner].map((org) => earningsOf(world, org)))

  test('go to everybody’s own account, become payable, and stand on the receipt', async () => {
    await publish()
    world.clock.advance(SHARES_NOTICE_MS)
    const event = await sell()
    expect(await earned()).toEqual([6_338n, 975n, 2_437n])
    expect(await world.balance(accountNames.accrued(author))).toBe(975n)
    await world.payments.sweepAccrued()
    expect(await world.balance(accountNames.payable(author))).toBe(975n)
    expect(await world.balance(accountNames.payable(partner))).toBe(2_437n)
    const { receipt } = await world.payments.receipts.ofEvent(world.customer, event)
    expect(receipt.split.map(({ role, amount }) => [role, amount])).toEqual([
      ['publisher', '6338'],
      ['platform', '250'],
      ['template_author', '975'],
      ['co_publisher', '2437'],
    ])
  })

  test('are those of the time of the call, however late its journal comes', async () => {
    const before = world.clock.now()
    await publish()
    world.clock.advance(SHARES_NOTICE_MS * 10)
    await sell(before)
    expect(await earned()).toEqual([9_750n, 0n, 0n])
    await sell()
    expect(await earned()).toEqual([9_750n + 6_338n, 975n, 2_437n])
  })

  test('are distributed at a word: everything accrued is payable, and the parts of a month sum to what was kept', async () => {
    await sell()
    await publish()
    world.clock.advance(SHARES_NOTICE_MS)
    const event = await sell()
    await sell()
    await world.payments.refunds.give(publisher, {
      eventId: event,
      amount: 4_000n,
      reason: 'wrong answer',
      idempotencyKey: `d-${event}`,
    })
    const month = '2026-11' as Month
    const distribute = () =>
      world.payments.shares.distribute(publisher, { serverId: world.server, month })
    const { parts, fee, net, ...rest } = await distribute()
    expect(rest).toMatchObject({ gross: 30_000n, refunded: 4_000n, month })
    expect(net).toBe(26_000n)
    expect(parts.reduce((sum, { amount }) => sum + amount, fee)).toBe(net)
    for (const { organizationId, amount } of parts) {
      expect(await world.balance(accountNames.payable(organizationId))).toBe(amount)
    }
    expect(await distribute()).toMatchObject({ parts, fee, net })
    const before = { serverId: world.server, month: '2026-10' as Month }
    expect(await world.payments.shares.distribute(publisher, before)).toMatchObject({ gross: 0n })
  })

  test('go back with a refund, and what somebody does not have any more is its own debt', async () => {
    await publish()
    world.clock.advance(SHARES_NOTICE_MS)
    const event = await sell()
    await world.payments.sweepAccrued()
    // The author was paid out; everybody else still has it all.
    const payable = accountNames.payable(author)
    const away = accountNames.loss('test_payout')
    const move = (debit: typeof away, credit: typeof away) =>
      world.database.transactions.run(async (tx) => {
        await world.ledger.openAccount(tx, away)
        const amount = { amount: 975n, asset: 'USD' as never }
        await world.ledger.post(tx, [{ id: world.ids.make('txn'), debit, credit, amount }])
      })
    await move(payable, away)
    const refund = await world.payments.refunds.give(publisher, {
      eventId: event,
      amount: undefined,
      reason: 'wrong answer',
      idempotencyKey: `r-${event}`,
    })
    expect(refund).toMatchObject({ amount: 10_000n, fee: 250n, shares: [975n, 2_437n], owed: 975n })
    expect(await world.balance(accountNames.owedByPublisher(author))).toBe(-975n)
    for (const org of [world.publisher, partner]) {
      expect(await world.balance(accountNames.owedByPublisher(org))).toBe(0n)
    }
    await move(away, payable)
  })

  test('make fees cumulative for each agreement apart, so that no order moves a unit', async () => {
    await publish()
    await sell()
    world.clock.advance(SHARES_NOTICE_MS)
    await sell()
    const fees = await world.database.query<{ gross: bigint; apart: boolean }>({
      text: `select gross, share_id <> '00000000-0000-0000-0000-000000000000' as apart
             from payments.fee_totals where payer_id = $1 order by apart`,
      values: [toUuid(world.payer)],
    })
    expect(fees.rows).toEqual([
      { gross: 10_000n, apart: false },
      { gross: 10_000n, apart: true },
    ])
  })

  test('are kept by the database, whoever writes', async () => {
    await publish()
    const refusalOf = (text: string) =>
      world.database.query({ text }).then(
        () => undefined,
        (error: unknown) => sqlErrorOf(error)?.constraint ?? sqlErrorOf(error)?.code,
      )
    const more = `insert into payments.share_parties
      select agreement_id, 9, 'affiliate', gen_random_uuid(), 6501 from payments.share_parties
      order by agreement_id desc limit 1`
    expect(await refusalOf(more)).toBe('shares_within_net')
    for (const text of [
      'update payments.share_parties set bps = 1',
      'delete from payments.share_parties',
      'update payments.share_agreements set starts_at = now()',
    ]) {
      expect([text, await refusalOf(text)]).toEqual([text, '23001'])
    }
  })
})
