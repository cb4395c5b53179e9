import type { Principal } from '@mcp-orchestra/api/permission'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { requireSplits } from '../testing/earnings.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'

describe.each(TEST_VERSIONS)('racing refunds on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal
  let publisher: Principal

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  async function inWorld(work: () => Promise<void>): Promise<void> {
    world = await createWorld(server.url)
    publisher = { ...world.operator, organizationId: world.publisher }
    journal = await world.startGateway()
    try {
      await world.topUp(100n * MILLI_USD)
      await work()
      await world.audits()
      await requireSplits(world)
    } finally {
      await world.close()
    }
  }

  /** Posts so many calls of 100 units. */
  async function sell(count: number): Promise<string[]> {
    const lease = await world.granted(journal, { needed: '10000', wanted: '10000' })
    const price = await world.price(100n)
    const records = Array.from({ length: count }, () => world.usage(lease, price))
    const first = journal.records.length + 1
    journal.write(...records)
    await world.payments.applyBatch(SLOT, journal.batch(first))
    return records.map(({ id }) => id)
  }
  const refund = (eventId: string, amount: bigint, idempotencyKey: string) =>
    world.payments.refunds
      .give(publisher, { eventId, amount, reason: 'wrong answer', idempotencyKey })
      .then(
        ({ id }) => id,
        (error: { code?: string }) => error.code,
      )

  test('of one call never give back more than it was charged, and waste none of it', () =>
    inWorld(async () => {
      const [event = ''] = await sell(1)
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => refund(event, 9n, `race-${index}`)),
      )
      const refused = answers.filter((answer) => answer === 'payments.refund_exceeds_charge')
      expect(refused).toHaveLength(9)
      expect(new Set(answers.filter((answer) => answer?.startsWith('rfd_'))).size).toBe(11)
    }))

  test('under one key are one refund', () =>
    inWorld(async () => {
      const [event = ''] = await sell(1)
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => refund(event, 10n, 'the same')),
      )
      expect(new Set(answers).size).toBe(1)
      const [only] = answers
      expect(only).toMatch(/^rfd_/)
    }))

  test('with sweeps and new sales neither overdraw anybody nor lose a unit', () =>
    inWorld(async () => {
      const events = await sell(10)
      const answers = await Promise.all([
        ...events.flatMap((event, index) => [
          refund(event, 60n, `a-${index}`),
          world.payments.sweepAccrued(),
          refund(event, 40n, `b-${index}`),
        ]),
        sell(5),
      ])
      expect(answers.filter((answer) => String(answer).startsWith('rfd_'))).toHaveLength(20)
      await world.payments.sweepAccrued()
    }))
})
