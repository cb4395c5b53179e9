import { createHash } from 'node:crypto'
import { money, USD, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import type { Cap } from '../cap/cap.ts'
import type { CapWish } from '../cap/manage-caps.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'

const milli = (count: number) => BigInt(count) * MILLI_USD
const digest = (name: string) => createHash('sha256').update(name).digest('hex')
const CHAT = digest('chat')
const OTHER = digest('other chat')

describe.each(TEST_VERSIONS)(
  'racing gateways under caps of many scopes, PostgreSQL %i',
  (version) => {
    let server: TestDatabase
    let world: World

    beforeAll(async () => {
      server = await startTestDatabase({ version })
    }, 60_000)
    afterAll(() => server.stop())

    async function inWorld(work: () => Promise<void>): Promise<void> {
      world = await createWorld(server.url)
      try {
        await world.topUp(milli(1_000))
        await work()
        await world.audits()
      } finally {
        await world.close()
      }
    }

    async function cap(scope: CapWish['scope'], period: Cap['period'], units: number) {
      const wish = { scope, period, amount: money(milli(units), USD.id) }
      return (await world.payments.createCap(world.customer, wish)).cap.id
    }

    const standing = async (id: Id<'cap'>) => {
      const query = { organizationId: world.payer, before: undefined, limit: 20 }
      return (await world.payments.listCaps(query)).find((each) => each.id === id)?.taken
    }

    test('two gateways that serve one session never lease more than it may spend', () =>
      inWorld(async () => {
        const id = await cap({ kind: 'session' }, 'total', 5)
        const gateways = [
          await world.startGateway('gateway-1'),
          await world.startGateway('gateway-1'),
        ]
        const wish = { capIds: [id], needed: `${milli(1)}`, wanted: `${milli(1)}` }
        const ask = (session: string) =>
          Promise.all(
            Array.from({ length: 20 }, (_, index) =>
              world.lease(gateways[index % 2] ?? expect.unreachable(), { ...wish, session }),
            ),
          )
        const [chat, other] = await Promise.all([ask(CHAT), ask(OTHER)])
        const sum = (answers: typeof chat) =>
          answers.reduce(
            (all, a) => all + (a.kind === 'granted' ? BigInt(a.lease.granted) : 0n),
            0n,
          )
        expect(sum(chat)).toBe(milli(5))
        expect(sum(other)).toBe(milli(5))
        expect(await standing(id)).toBe(milli(5))
      }))

    test('a lease is taken from every scope of its path, or from none', () =>
      inWorld(async () => {
        const caps = [
          await cap({ kind: 'organization' }, 'day', 100),
          await cap({ kind: 'project', id: world.ids.make('prj') }, 'month', 50),
          await cap({ kind: 'agent', id: world.ids.make('agt') }, 'hour', 3),
          await cap({ kind: 'key', id: world.key }, 'total', 60),
          await cap({ kind: 'session' }, 'total', 70),
        ].toSorted()
        const gateways = [await world.startGateway(), await world.startGateway()]
        const wish = { capIds: caps, session: CHAT, needed: `${milli(1)}`, wanted: `${milli(1)}` }
        const answers = await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            world.lease(gateways[index % 2] ?? expect.unreachable(), wish),
          ),
        )
        expect(answers.filter(({ kind }) => kind === 'granted')).toHaveLength(3)
        for (const id of caps) expect(await standing(id)).toBe(milli(3))
      }))

    test('what a session gives back is free for that session alone', () =>
      inWorld(async () => {
        const id = await cap({ kind: 'session' }, 'total', 2)
        const journal = await world.startGateway()
        const wish = { capIds: [id], needed: `${milli(2)}`, wanted: `${milli(2)}` }
        const leaseId = await world.granted(journal, { ...wish, session: CHAT })
        await world.granted(journal, { ...wish, session: OTHER })
        journal.write({ kind: 'lease_close', leaseId })
        await world.payments.applyBatch(SLOT, journal.batch())
        const again = await world.lease(journal, { ...wish, session: OTHER })
        expect(again.kind).not.toBe('granted')
        await world.granted(journal, { ...wish, session: CHAT })
      }))

    test('a path that misses a session cap of the organization is out of date; one that names it names a session', () =>
      inWorld(async () => {
        const id = await cap({ kind: 'session' }, 'total', 2)
        const ceiling = await cap({ kind: 'organization' }, 'call', 1)
        const journal = await world.startGateway()
        const code = (wish: object) =>
          world.lease(journal, wish).then(
            ({ kind }) => kind,
            (problem: { code: string }) => problem.code,
          )
        expect(await code({ capIds: [] })).toBe('payments.scope_stale')
        expect(await code({ capIds: [id] })).toBe('payments.lease_request_malformed')
        // No lease is taken from a ceiling: whoever names it does not know what it is.
        expect(await code({ capIds: [id, ceiling], session: CHAT })).toBe('payments.scope_stale')
        expect(await code({ capIds: [id], session: CHAT })).toBe('granted')
      }))
  },
)
