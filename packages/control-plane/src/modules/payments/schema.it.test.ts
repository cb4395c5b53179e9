import { money, toUuid, USD, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlErrorOf } from '../../infra/postgres/index.ts'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../infra/postgres/testing.ts'
import { createWorld, MILLI_USD, SLOT, type World } from './testing/world.ts'

describe.each(TEST_VERSIONS)('whoever writes to it, the database of PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let lease: Id<'les'>

  beforeAll(async () => {
    server = await startTestDatabase({ version })
    world = await createWorld(server.url)
    await world.topUp(100n * MILLI_USD)
    const { cap } = await world.payments.createCap(world.customer, {
      scope: { kind: 'organization' },
      period: 'day',
      amount: money(10n * MILLI_USD, USD.id),
    })
    const journal = await world.startGateway()
    lease = await world.granted(journal, { capIds: [cap.id] })
    const price = await world.price(MILLI_USD)
    journal.write(world.usage(lease, price))
    await world.payments.applyBatch(SLOT, journal.batch())
  }, 60_000)
  afterAll(async () => {
    await world.close()
    await server.stop()
  })

  async function refusalOf(text: string, values: unknown[] = []): Promise<string | undefined> {
    const thrown: unknown = await world.database.query({ text, values }).then(
      () => undefined,
      (error: unknown) => error,
    )
    const error = sqlErrorOf(thrown)
    return error?.constraint ?? error?.message
  }

  test.each([
    ['an overspent lease', 'update payments.leases set used = granted + 1', 'lease_not_overspent'],
    [
      'a return of what was used',
      'update payments.leases set returned = granted',
      'lease_not_overspent',
    ],
    [
      'a closed lease that still holds something',
      `update payments.leases set used = 0, state = 'closed'`,
      'closed_lease_is_empty',
    ],
    [
      'a window beyond its cap',
      'update payments.cap_windows set taken = ceiling + 1',
      'cap_not_exceeded',
    ],
    ['a changed price', 'update metering.prices set amount = 0', 'metering.prices is append-only'],
    ['a deleted call', 'delete from metering.usage_events', 'metering.usage_events is append-only'],
    [
      'a truncated history of calls',
      'truncate metering.usage_events',
      'metering.usage_events is append-only',
    ],
    [
      'a second epoch',
      `insert into payments.ledger_epoch values (true, 2, false, 'x', now())`,
      'ledger_epoch_pkey',
    ],
    [
      'a changed quote',
      `update payments.quotes set expires_at = now()`,
      'quotes is never changed, UPDATE refused',
    ],
    [
      'a quote that is made unused again',
      'delete from payments.quote_uses',
      'quote_uses is never changed, DELETE refused',
    ],
  ])('refuses %s', async (_, statement, reason) => {
    expect(await refusalOf(statement)).toBe(reason)
  })

  test('refuses a second lease for the same request', async () => {
    const copy = `insert into payments.leases (id, incarnation_id, request_id, payer_id, asset,
        granted, epoch, stops_at, opened_at)
      select $1, incarnation_id, request_id, payer_id, asset, granted, epoch, stops_at, opened_at
      from payments.leases where id = $2`
    const values = [toUuid(world.ids.make('les')), toUuid(lease)]
    expect(await refusalOf(copy, values)).toBe('leases_incarnation_id_request_id_key')
  })
})
