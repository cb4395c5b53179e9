import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { CENT, codeOf, createPayoutWorld, type PayoutWorld } from '../testing/payout-world.ts'
import { MILLI_USD, SLOT } from '../testing/world.ts'

const WRITERS = 8

describe.each(TEST_VERSIONS)('racing payouts on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: PayoutWorld

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    world = await createPayoutWorld(server.url)
  })
  afterEach(async () => {
    await world.reconciles()
    await world.finishAll()
    await world.close()
  })

  const atOnce = <T>(work: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: WRITERS }, (_, index) => work(index)))

  test('many requests at once never hold more than is payable, and refuse only what is not there', async () => {
    await world.payee('bank')
    await world.earn(500n * CENT)
    const codes = await atOnce((index) =>
      codeOf(world.payouts.request(world.ada, { amount: 200n * CENT, key: `race-${index}` })),
    )
    expect(codes.filter((code) => code === undefined)).toHaveLength(2)
    expect(new Set(codes)).toEqual(new Set([undefined, 'payments.payout_exceeds_payable']))
    expect((await world.payable()).available).toBe(100n * CENT)
  })

  test('the same request sent many times at once is one payout', async () => {
    await world.payee('bank')
    await world.earn(500n * CENT)
    const wish = { amount: null, key: 'same' }
    const made = await atOnce(() => world.payouts.request(world.ada, wish))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect((await world.payable()).available).toBe(0n)
  })

  test('many workers at once pay each payout once', async () => {
    await world.payee('balance')
    await world.earn(600n * CENT)
    await atOnce((index) =>
      world.payouts.request(world.ada, { amount: 50n * CENT, key: `work-${index}` }),
    )
    await atOnce(() => world.payouts.carry())
    await world.payouts.carry()
    expect(await world.reached()).toBe(BigInt(WRITERS) * 50n * CENT)
    expect((await world.payable()).posted).toBe(200n * CENT)
  })

  test('approval, cancellation and workers at once leave one end, and never both money and payment', async () => {
    await world.payee('balance')
    await world.earn(30_000n * CENT)
    const { id } = await world.payouts.request(world.ada, { amount: 20_000n * CENT, key: 'large' })
    await Promise.all([
      codeOf(world.payouts.approve(world.ben, id)),
      codeOf(world.payouts.carry()),
      codeOf(world.payouts.cancel(world.ada, id)),
      codeOf(world.payouts.carry()),
    ])
    await world.payouts.carry()
    const { state } = await world.payouts.find(id)
    expect(['paid', 'cancelled']).toContain(state)
    expect(await world.reached()).toBe(state === 'paid' ? 20_000n * CENT : 0n)
  })

  test('sweeps, sales and payouts at once lose nothing', async () => {
    await world.payee('balance')
    await world.topUp(100n * MILLI_USD)
    const journal = await world.startGateway()
    const price = await world.price(MILLI_USD)
    const lease = await world.granted(journal, {
      needed: `${64n * MILLI_USD}`,
      wanted: `${64n * MILLI_USD}`,
    })
    await atOnce(async (index) => {
      if (index === 0) {
        for (let batch = 0; batch < 8; batch += 1) {
          journal.write(world.usage(lease, price), world.usage(lease, price))
          await world.payments.applyBatch(SLOT, journal.batch(2 * batch + 1))
        }
      } else if (index % 2 === 0) {
        for (let round = 0; round < 4; round += 1) await world.payments.sweepAccrued()
      } else {
        for (let round = 0; round < 4; round += 1) {
          await codeOf(world.payouts.request(world.ada, { amount: null, key: `${index}-${round}` }))
          await world.payouts.carry()
        }
      }
    })
    await world.payments.sweepAccrued()
    await codeOf(world.payouts.request(world.ada, { amount: null, key: 'the rest' }))
    await world.payouts.carry()
    // 16 calls of a tenth of a cent, less 2.5 %.
    expect(await world.reached()).toBe((16n * MILLI_USD * 975n) / 1_000n)
  })
})
