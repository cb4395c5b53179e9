import { money, USD } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { decisionDocument } from '../http/decision-document.ts'
import { SHARES_NOTICE_MS } from '../share/publish-shares.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'

describe.each(TEST_VERSIONS)('charge decisions on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal
  let lease: string

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  beforeEach(async () => {
    world = await createWorld(server.url)
    journal = await world.startGateway()
    await world.topUp(100n * MILLI_USD)
    lease = await world.granted(journal, { wanted: `${20n * MILLI_USD}` })
    return () => world.close()
  })

  async function post(...more: Parameters<World['usage']>[2][]): Promise<string[]> {
    const price = await world.price(777n)
    const records = more.map((one) => world.usage(lease, price, one))
    journal.write(...records)
    await world.payments.applyBatch(SLOT, journal.batch(1))
    return records.map(({ id }) => id)
  }
  const of = (organizationId: World['payer']) => ({ ...world.customer, organizationId })
  const decisionOf = async (id: string, principal = world.customer) =>
    decisionDocument(await world.payments.decisions.ofEvent(principal, id))

  test('names who, which budget, which price, how much and for whom, and agrees with itself', async () => {
    const ids = await post({}, {}, {})
    for (const id of ids) {
      const decision = await decisionOf(id)
      expect(decision).toMatchObject({
        eventId: id,
        entitlement: { payerId: world.payer, tool: 'echo' },
        budget: { leaseId: lease, windows: [] },
        price: { version: 1 },
        components: [{ meter: 'request', quantity: '1', amount: { amount: '777' } }],
        posted: { amount: '777' },
        quote: { source: 'none' },
        tax: { hook: 'none', amount: { amount: '0' } },
        screening: { hook: 'none', result: 'not_screened' },
        outcome: 'complete',
        rule: 'charged',
        replay: { posted: { amount: '777' }, agrees: true },
      })
      const shared = decision.shares.reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n)
      expect(shared).toBe(777n)
      expect(decision.replay.fee).toEqual(decision.fee)
    }
  })

  test('names each who shares what a call brought, and the parts sum to what was paid', async () => {
    const [author, partner] = [world.ids.make('org'), world.ids.make('org')]
    await world.payments.shares.publish(of(world.publisher), {
      serverId: world.server,
      parties: [
        { role: 'template_author', organizationId: author, bps: 1_000 },
        { role: 'co_publisher', organizationId: partner, bps: 2_500 },
      ],
      startsAt: undefined,
    })
    world.clock.advance(SHARES_NOTICE_MS)
    const price = await world.price(10_000n)
    const record = world.usage(lease, price, { atMs: world.clock.now() })
    journal.write(record)
    await world.payments.applyBatch(SLOT, journal.batch(1))
    const { shares } = await decisionOf(record.id)
    expect(
      shares.map(({ role, organizationId, amount }) => [role, organizationId, amount.amount]),
    ).toEqual([
      ['publisher', world.publisher, '6338'],
      ['platform', null, '250'],
      ['template_author', author, '975'],
      ['co_publisher', partner, '2437'],
    ])
  })

  test('names the windows of caps that its lease was taken from, to its payer and operators alone', async () => {
    const { cap } = await world.payments.createCap(world.customer, {
      scope: { kind: 'organization', id: world.payer },
      period: 'day',
      amount: money(50n * MILLI_USD, USD.id),
    })
    lease = await world.granted(journal, { wanted: `${5n * MILLI_USD}`, capIds: [cap.id] })
    const [id = ''] = await post({})
    const windows = [{ capId: cap.id, scopeKind: 'organization', period: 'day' }]
    expect((await decisionOf(id)).budget).toMatchObject({ leaseId: lease, windows })
    expect((await decisionOf(id, of(world.publisher))).budget).toBeNull()
    const permissions = new Set(['platform:operate'] as const)
    const operator = { ...world.operator, permissions }
    expect((await decisionOf(id, operator)).budget).toMatchObject({ windows })
    await expect(decisionOf(id, of(world.ids.make('org')))).rejects.toMatchObject({
      code: 'metering.usage_event_not_found',
    })
  })

  test('says why a call was not charged', async () => {
    const [late = '', aside = ''] = await post({ amount: '0', outcome: 'timeout' }, { amount: '1' })
    expect(await decisionOf(late)).toMatchObject({ rule: 'released', replay: { agrees: true } })
    expect(await decisionOf(aside)).toMatchObject({
      rule: 'set_aside',
      claimed: { amount: '1' },
      posted: { amount: '0' },
      replay: { claimed: { amount: '777' }, posted: { amount: '0' }, agrees: true },
    })
  })
})
