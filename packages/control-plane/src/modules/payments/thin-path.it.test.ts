import { feeOnCumulative } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../infra/postgres/testing.ts'
import { accountNames } from '../ledger/index.ts'
import { createWorld, MILLI_USD, type World } from './testing/world.ts'

describe.each(TEST_VERSIONS)('the path of a coin on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World

  beforeAll(async () => {
    server = await startTestDatabase({ version })
    world = await createWorld(server.url)
  }, 60_000)

  afterAll(async () => {
    await world.close()
    await server.stop()
  })

  test('a top-up, a lease, three calls and a close leave every coin where it belongs', async () => {
    const { payer, publisher } = world
    await world.topUp(100n * MILLI_USD)
    const journal = await world.startGateway()
    const price = await world.price(MILLI_USD)
    const lease = await world.granted(journal, { wanted: (20n * MILLI_USD).toString() })
    expect(await world.available()).toBe(80n * MILLI_USD)

    journal.write(
      world.usage(lease, price),
      null,
      world.usage(lease, price),
      world.usage(lease, price, { amount: '0', outcome: 'rpc_error' }),
      { kind: 'lease_return', leaseId: lease, amount: (5n * MILLI_USD).toString() },
    )
    const answer = await world.payments.applyBatch('gateway-1', journal.batch())
    expect(answer).toMatchObject({ applied: true, cursor: { seq: 5, state: 'open' } })
    expect(await world.available()).toBe(85n * MILLI_USD)
    await world.audits()

    journal.write(world.usage(lease, price), { kind: 'lease_close', leaseId: lease })
    journal.write({ kind: 'incarnation_end' })
    const last = await world.payments.applyBatch('gateway-1', journal.batch(6))
    expect(last).toMatchObject({ applied: true, cursor: { seq: 8, state: 'ended' } })

    const fee = feeOnCumulative(3n * MILLI_USD, 250)
    expect(await world.available()).toBe(97n * MILLI_USD)
    expect(await world.balance(accountNames.accrued(publisher))).toBe(3n * MILLI_USD - fee)
    expect(await world.balance(accountNames.platform('fees'))).toBe(fee)
    await world.audits()

    expect(await world.payments.sweepAccrued()).toBe(1)
    expect(await world.payments.readBalance(publisher)).toMatchObject({
      accrued: 0n,
      payable: 3n * MILLI_USD - fee,
    })
    expect(await world.payments.readBalance(payer)).toMatchObject({
      available: 97n * MILLI_USD,
      leased: 0n,
    })
    await world.audits()
  })
})
