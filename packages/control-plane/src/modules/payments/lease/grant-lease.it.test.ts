import { money, USD } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'
import { RECALL_ASKS_MAX, RECALL_FORGET_MS } from './choose-recalls.ts'
import { LEASE_TTL_MS } from './lease.ts'

const milli = (count: number) => BigInt(count) * MILLI_USD
const wish = (needed: number, wanted: number, capIds: string[] = []) => ({
  needed: milli(needed).toString(),
  wanted: milli(wanted).toString(),
  capIds,
})

describe.each(TEST_VERSIONS)('a grant on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  // Payers are fresh in each world, so tests share the database without sharing money.
  beforeEach(async () => {
    world = await createWorld(server.url)
    journal = await world.startGateway()
    await world.topUp(milli(100))
    return async () => {
      await world.audits()
      await world.close()
    }
  })

  async function cap(amount: number, period: 'hour' | 'day' | 'total' = 'day', keyId?: string) {
    const scope = keyId === undefined ? {} : { id: keyId }
    const { cap: made } = await world.payments.createCap(world.customer, {
      scope: { kind: keyId === undefined ? 'organization' : 'key', ...scope },
      period,
      amount: money(milli(amount), USD.id),
    })
    return made
  }
  const taken = async () => {
    const caps = await world.payments.listCaps({
      organizationId: world.payer,
      before: undefined,
      limit: 10,
    })
    return caps.map((standing) => standing.taken)
  }

  test('moves what is wanted, up to a quarter, from the balance to the process', async () => {
    const small = await world.lease(journal, wish(1, 10))
    expect(small).toMatchObject({ kind: 'granted', lease: { granted: `${milli(10)}` } })
    const large = await world.lease(journal, wish(1, 80))
    expect(large).toMatchObject({ kind: 'granted', lease: { granted: `${milli(90) / 4n}` } })
    expect(await world.available()).toBe(milli(90) - milli(90) / 4n)
  })

  test('gives exactly what is needed when funds are short', async () => {
    const lease = await world.lease(journal, wish(60, 80))
    expect(lease).toMatchObject({ kind: 'granted', lease: { granted: `${milli(60)}` } })
    expect(await world.lease(journal, wish(40, 400))).toMatchObject({
      kind: 'granted',
      lease: { granted: `${milli(40)}` },
    })
    expect(await world.available()).toBe(0n)
  })

  test('answers the same lease to the same request, once', async () => {
    const request = { requestId: 'again', ...wish(1, 10) }
    const first = await world.lease(journal, request)
    world.clock.advance(1_000)
    const second = await world.lease(journal, request)
    expect(second).toMatchObject({ kind: 'granted' })
    if (first.kind !== 'granted' || second.kind !== 'granted') return
    expect(second.lease.leaseId).toBe(first.lease.leaseId)
    expect(second.lease.ttlMs).toBe(LEASE_TTL_MS - 1_000)
    expect(await world.available()).toBe(milli(90))
  })

  test('is refused to a repeat for another payer', async () => {
    await world.lease(journal, { requestId: 'mine' })
    const payerId = world.ids.make('org')
    await expect(world.lease(journal, { requestId: 'mine', payerId })).rejects.toMatchObject({
      code: 'payments.lease_request_reused',
    })
  })

  test('is refused to a repeat whose lease is closed already', async () => {
    const lease = await world.granted(journal, { requestId: 'spent', ...wish(1, 10) })
    journal.write({ kind: 'lease_close', leaseId: lease })
    await world.payments.applyBatch(SLOT, journal.batch())
    await expect(
      world.lease(journal, { requestId: 'spent', ...wish(1, 10) }),
    ).rejects.toMatchObject({
      code: 'payments.lease_request_spent',
    })
  })

  test('takes the same from the balance and from every cap on the path', async () => {
    const day = await cap(20)
    const key = await cap(12, 'total', world.key)
    const capIds = [day.id, key.id].toSorted()
    const lease = await world.lease(journal, wish(1, 50, capIds))
    expect(lease).toMatchObject({ kind: 'granted', lease: { granted: `${milli(3)}`, capIds } })
    expect(await taken()).toEqual([milli(3), milli(3)])
    expect(await world.available()).toBe(milli(97))
  })

  test('says which cap is used up, and nothing moved', async () => {
    const day = await cap(5)
    expect(await world.lease(journal, wish(6, 6, [day.id]))).toEqual({
      kind: 'cap_exceeded',
      capId: day.id,
      remaining: `${milli(5)}`,
    })
    expect(await taken()).toEqual([0n])
    expect(await world.available()).toBe(milli(100))
  })

  test('ends with the window of its caps, and the next window starts anew', async () => {
    const hour = await cap(5, 'hour')
    // The tests' clock stands half past the hour.
    world.clock.advance(1_800_000 - 10_000)
    const last = await world.lease(journal, wish(5, 5, [hour.id]))
    expect(last).toMatchObject({ kind: 'granted', lease: { ttlMs: 10_000 } })
    world.clock.advance(10_000 - 50)
    expect(await world.lease(journal, wish(1, 1, [hour.id]))).toEqual({
      kind: 'recalling',
      retryAfterMs: 50,
    })
    world.clock.advance(50)
    expect(await taken()).toEqual([0n])
    expect(await world.lease(journal, wish(5, 5, [hour.id]))).toMatchObject({ kind: 'granted' })
  })

  test('is refused when the path misses a cap of the organization or names a removed one', async () => {
    const day = await cap(5)
    const stale = { code: 'payments.scope_stale', members: { capId: day.id } }
    await expect(world.lease(journal, wish(1, 1))).rejects.toMatchObject(stale)
    await world.payments.removeCap(world.customer, day.id)
    await expect(world.lease(journal, wish(1, 1, [day.id]))).rejects.toMatchObject(stale)
    expect(await world.lease(journal, wish(1, 1))).toMatchObject({ kind: 'granted' })
  })

  test('a cap of one key binds only the paths that name it', async () => {
    await cap(1, 'day', world.key)
    expect(await world.lease(journal, wish(10, 10))).toMatchObject({ kind: 'granted' })
  })

  test('recalls free parts of other leases a bounded number of times, then names the shortage', async () => {
    const other = await world.startGateway()
    const held = await world.granted(other, wish(90, 90))
    const need = wish(50, 50)
    for (let ask = 1; ask <= RECALL_ASKS_MAX; ask += 1) {
      expect(await world.lease(journal, need)).toMatchObject({ kind: 'recalling' })
      expect(world.recalls).toHaveLength(ask)
    }
    expect(world.recalls[0]).toEqual({ incarnationId: other.incarnationId, leaseIds: [held] })
    const short = { kind: 'insufficient_funds', available: `${milli(10)}` }
    expect(await world.lease(journal, need)).toEqual(short)
    expect(world.recalls).toHaveLength(RECALL_ASKS_MAX)

    world.clock.advance(RECALL_FORGET_MS + 1)
    expect(await world.lease(journal, need)).toMatchObject({ kind: 'recalling' })
    other.write({ kind: 'lease_return', leaseId: held, amount: milli(80).toString() })
    await world.payments.applyBatch(SLOT, other.batch())
    expect(await world.lease(journal, need)).toMatchObject({ kind: 'granted' })
  })

  test('says at once that funds are short when no other lease could make up for it', async () => {
    const other = await world.startGateway()
    await world.granted(other, wish(60, 60))
    expect(await world.lease(journal, wish(101, 101))).toMatchObject({ kind: 'insufficient_funds' })
    expect(world.recalls).toEqual([])
  })

  test('recalls what other leases hold of a cap', async () => {
    const day = await cap(40)
    const other = await world.startGateway()
    const held = await world.granted(other, wish(40, 40, [day.id]))
    expect(await world.lease(journal, wish(10, 10, [day.id]))).toMatchObject({ kind: 'recalling' })
    other.write({ kind: 'lease_return', leaseId: held, amount: milli(30).toString() })
    await world.payments.applyBatch(SLOT, other.batch())
    expect(await taken()).toEqual([milli(10)])
    expect(await world.lease(journal, wish(10, 10, [day.id]))).toMatchObject({ kind: 'granted' })
  })

  test('lowering a cap asks its leases back and grants nothing until enough has come', async () => {
    const day = await cap(40)
    const held = await world.granted(journal, wish(30, 30, [day.id]))
    const changed = await world.payments.changeCap(world.customer, day.id, milli(20))
    expect(changed).toMatchObject({ cap: { amount: milli(20) }, taken: milli(30) })
    expect(world.recalls).toEqual([{ incarnationId: journal.incarnationId, leaseIds: [held] }])
    expect(world.snapshot.at(-1)).toMatchObject({ kind: 'cap', body: { amount: `${milli(20)}` } })
    const another = await world.startGateway()
    const one = wish(1, 1, [day.id])
    expect(await world.lease(another, one)).toMatchObject({ kind: 'recalling' })
    journal.write({ kind: 'lease_return', leaseId: held, amount: milli(11).toString() })
    await world.payments.applyBatch(SLOT, journal.batch())
    expect(await world.lease(another, one)).toMatchObject({ kind: 'granted' })
    expect(await taken()).toEqual([milli(20)])
  })

  test('a new cap asks back what was leased without it', async () => {
    const held = await world.granted(journal, wish(30, 30))
    await cap(10)
    expect(world.recalls).toEqual([{ incarnationId: journal.incarnationId, leaseIds: [held] }])
  })

  test('goes to nobody who is unknown, of another slot, taken over or gone', async () => {
    const request = wish(1, 1)
    const code = (text: string) => ({ code: `payments.${text}` })
    const stranger = { ...journal, incarnationId: world.ids.make('inc') }
    await expect(world.lease(stranger, request)).rejects.toMatchObject(code('incarnation_unknown'))
    const elsewhere = await world.startGateway('gateway-9')
    await expect(world.lease(elsewhere, request)).rejects.toMatchObject(code('slot_mismatch'))
    await world.payments.registerIncarnation(SLOT, {
      incarnationId: world.ids.make('inc'),
      gateway: SLOT,
      journals: [
        { incarnationId: journal.incarnationId, lastSeq: 0, acknowledgedSeq: 0, leases: [] },
      ],
    })
    await expect(world.lease(journal, request)).rejects.toMatchObject(code('incarnation_closed'))
    const lost = await world.startGateway()
    await world.payments.declareLost(world.operator, lost.incarnationId)
    await expect(world.lease(lost, request)).rejects.toMatchObject(code('incarnation_closed'))
  })

  test('of nothing, in another asset or with malformed ids is refused', async () => {
    const malformed = { code: 'payments.lease_request_malformed' }
    await expect(world.lease(journal, { needed: '0' })).rejects.toMatchObject(malformed)
    await expect(world.lease(journal, { payerId: 'org_x' })).rejects.toMatchObject(malformed)
    await expect(world.lease(journal, { requestId: ' ' })).rejects.toMatchObject(malformed)
    await expect(world.lease(journal, { asset: 'EUR' })).rejects.toMatchObject({
      code: 'payments.asset_unsupported',
    })
  })
})
