import { claimOf, money, USD } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { tariffOf } from '../../metering/index.ts'
import { createWorld, MILLI_USD, SLOT } from '../testing/world.ts'

describe.each(TEST_VERSIONS)('metered calls on PostgreSQL %i', (version) => {
  let server: TestDatabase

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  test('cost what they add to their month over any number of batches and journals', async () => {
    const world = await createWorld(server.url)
    await world.topUp(100n * MILLI_USD)
    const first = { upTo: '100', rate: { amount: '10', per: '1' }, flat: '5' }
    const form = { form: 'graduated' as const, tiers: [first, { rate: { amount: '3', per: '1' } }] }
    const publisher = { ...world.customer, organizationId: world.publisher }
    const { price } = await world.metering.publishPrice(publisher, {
      serverId: world.server,
      tool: '*',
      price: money(0n, USD.id),
      metered: { components: [{ meter: 'output_token', price: form }], maximum: '1000000' },
      startsAt: undefined,
    })
    const journals = [await world.startGateway(), await world.startGateway()]
    const used: bigint[] = []
    for (const journal of journals) {
      const lease = await world.granted(journal, { wanted: (10n * MILLI_USD).toString() })
      const callOf = (output: number) => {
        const units = { request: 1n, output_token: BigInt(output) }
        return world.usage(lease, price, {
          reserved: '1000000',
          amount: claimOf(tariffOf(price), units, 1_000_000n).toString(),
          units: { input: 0, output },
          unitsFrom: 'server',
        })
      }
      journal.write(callOf(60), callOf(0), callOf(70))
      await world.payments.applyBatch(SLOT, journal.batch(1, 2))
      await world.payments.applyBatch(SLOT, journal.batch(3, 3))
      const query = { payerId: world.payer, before: undefined, limit: 100 }
      const row = (await world.payments.listExposure(query)).find(({ id }) => id === lease)
      used.push(row?.used ?? 0n)
    }
    // 130 of them, then 130 more: 100 at 10 with 5 for the tier, and 160 at 3.
    expect(used).toEqual([5n + 1_000n + 90n, 390n])
    await world.audits()
    await world.close()
  })
})
