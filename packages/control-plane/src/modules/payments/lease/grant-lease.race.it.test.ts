import { money, USD } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'

const milli = (count: number) => BigInt(count) * MILLI_USD

describe.each(TEST_VERSIONS)('racing grants on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  async function inWorld(work: () => Promise<void>): Promise<void> {
    world = await createWorld(server.url)
    try {
      await work()
      await world.audits()
    } finally {
      await world.close()
    }
  }

  test('many processes at once never lease more than the balance, and waste none of it', () =>
    inWorld(async () => {
      await world.topUp(milli(10))
      const gateways = await Promise.all(Array.from({ length: 6 }, () => world.startGateway()))
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => {
          const gateway = gateways[index % gateways.length]
          if (gateway === undefined) throw new Error('there are six')
          return world.lease(gateway, { needed: `${milli(1)}`, wanted: `${milli(1)}` })
        }),
      )
      expect(answers.filter(({ kind }) => kind === 'granted')).toHaveLength(10)
      expect(await world.available()).toBe(0n)
    }))

  test('many processes at once never pass a cap', () =>
    inWorld(async () => {
      await world.topUp(milli(100))
      const { cap } = await world.payments.createCap(world.customer, {
        scope: { kind: 'organization' },
        period: 'day',
        amount: money(milli(7), USD.id),
      })
      const gateways = await Promise.all(Array.from({ length: 6 }, () => world.startGateway()))
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => {
          const gateway = gateways[index % gateways.length]
          if (gateway === undefined) throw new Error('there are six')
          return world.lease(gateway, {
            capIds: [cap.id],
            needed: `${milli(2)}`,
            wanted: `${milli(2)}`,
          })
        }),
      )
      expect(answers.filter(({ kind }) => kind === 'granted')).toHaveLength(3)
      const query = { organizationId: world.payer, before: undefined, limit: 1 }
      expect(await world.payments.listCaps(query)).toMatchObject([{ taken: milli(6) }])
    }))

  test('the same request sent many times at once is one lease', () =>
    inWorld(async () => {
      await world.topUp(milli(100))
      const gateway = await world.startGateway()
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => world.lease(gateway, { requestId: 'same' })),
      )
      const leases = answers.map((answer) => answer.kind === 'granted' && answer.lease.leaseId)
      expect(new Set(leases).size).toBe(1)
      expect(await world.available()).toBe(milli(99))
    }))

  test('grants, usage, returns, closes and a loss at once conserve every coin', () =>
    inWorld(async () => {
      await world.topUp(milli(200))
      const price = await world.price(MILLI_USD)
      const { cap } = await world.payments.createCap(world.customer, {
        scope: { kind: 'organization' },
        period: 'day',
        amount: money(milli(150), USD.id),
      })
      const wish = { capIds: [cap.id], needed: `${milli(2)}`, wanted: `${milli(8)}` }
      const gateways = await Promise.all(Array.from({ length: 5 }, () => world.startGateway()))
      let posted = 0
      await Promise.all(
        gateways.map(async (journal, index) => {
          for (let round = 0; round < 4; round += 1) {
            const answer = await world.lease(journal, wish)
            if (answer.kind !== 'granted') continue
            const { leaseId } = answer.lease
            journal.write(world.usage(leaseId, price))
            posted += 1
            if (round % 2 === 0) journal.write({ kind: 'lease_close', leaseId })
            else journal.write({ kind: 'lease_return', leaseId, amount: '1' })
            const from = journal.records.length - 1
            await world.payments.applyBatch(SLOT, journal.batch(from))
          }
          if (index === 0) {
            await world.payments.declareLost(world.operator, journal.incarnationId)
            return
          }
          journal.write({ kind: 'incarnation_end' })
          await world.payments.applyBatch(SLOT, journal.batch(journal.records.length))
        }),
      )
      expect(posted).toBeGreaterThan(0)
      expect(await world.available()).toBe(milli(200) - BigInt(posted) * MILLI_USD)
      const query = { organizationId: world.payer, before: undefined, limit: 1 }
      expect(await world.payments.listCaps(query)).toMatchObject([
        { taken: BigInt(posted) * MILLI_USD },
      ])
    }))
})
