import type { LeaseResponse } from '@mcp-orchestra/api/gateway-link'
import { money, USD } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { accountNames } from '../../ledger/index.ts'
import type { Cap } from '../cap/cap.ts'
import { copyDatabase } from '../testing/copy-database.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World, type WorldOptions } from '../testing/world.ts'

const milli = (count: number) => BigInt(count) * MILLI_USD

describe.each(TEST_VERSIONS)('after an older database is restored on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let copies = 0

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  const newName = () => `copy_${(copies += 1)}`

  /** Lives a while, takes a backup, lives on, then opens the backup. */
  async function throughRestore(
    options: WorldOptions,
    life: {
      readonly before: (world: World) => Promise<void>
      readonly lost: (world: World) => Promise<void>
      readonly after: (world: World) => Promise<void>
    },
  ): Promise<void> {
    const url = await copyDatabase(server.url, newName())
    const first = await createWorld(url, options)
    await life.before(first)
    await first.audits()
    await first.close()
    const backup = await copyDatabase(url, newName())
    const second = await createWorld(url, { ...options, like: first })
    await life.lost(second)
    await second.audits()
    await second.close()
    const third = await createWorld(backup, { ...options, like: first })
    try {
      await life.after(third)
      await third.audits()
    } finally {
      await third.close()
    }
  }

  const reportOf = (
    world: World,
    journal: TestJournal,
    acknowledgedSeq: number,
    leases: readonly (readonly [string, bigint])[] = [],
  ) => ({
    incarnationId: journal.incarnationId,
    lastSeq: journal.records.length,
    acknowledgedSeq,
    leases: leases.map(([leaseId, granted]) => ({
      leaseId,
      payerId: world.payer,
      granted: granted.toString(),
    })),
  })

  test('a lease that the database lost counts in its caps again: nothing is spent twice over', async () => {
    let journal!: TestJournal
    let caps: Cap[] = []
    let lease!: Extract<LeaseResponse, { kind: 'granted' }>['lease']
    const session = 'a'.repeat(64)
    const wish = () => ({ capIds: caps.map(({ id }) => id), session, wanted: milli(4).toString() })
    await throughRestore(
      {},
      {
        async before(world) {
          await world.topUp(milli(100))
          for (const [kind, period] of [
            ['organization', 'day'],
            ['session', 'total'],
          ] as const) {
            const amount = money(milli(16), USD.id)
            const made = await world.payments.createCap(world.customer, {
              scope: { kind },
              period,
              amount,
            })
            caps = [...caps, made.cap].toSorted((a, b) => (a.id < b.id ? -1 : 1))
          }
          journal = await world.startGateway()
        },
        async lost(world) {
          const answer = await world.lease(journal, wish())
          if (answer.kind !== 'granted') throw new Error(answer.kind)
          ;({ lease } = answer)
          expect(lease.windows).toMatchObject(
            caps.map(({ id, scope }) =>
              scope.kind === 'session' ? { capId: id, session } : { capId: id },
            ),
          )
        },
        async after(world) {
          const incarnationId = world.ids.make('inc')
          const { leaseId, payerId, granted, windows = [] } = lease
          const unknown = { capId: world.ids.make('cap'), startsAtMs: 0 }
          const report = {
            ...reportOf(world, journal, 0),
            leases: [{ leaseId, payerId, granted, windows: [...windows, unknown] }],
          }
          const request = { incarnationId, gateway: SLOT, journals: [report] }
          await world.payments.registerIncarnation(SLOT, request)
          const taken = async () => {
            const query = { organizationId: world.payer, before: undefined, limit: 2 }
            return (await world.payments.listCaps(query)).map((cap) => cap.taken)
          }
          expect(await taken()).toEqual([BigInt(granted), BigInt(granted)])
          const next: TestJournal = { ...journal, incarnationId }
          const left = milli(16) - BigInt(granted)
          const beyond = { ...wish(), needed: (left + 1n).toString() }
          expect((await world.lease(next, beyond)).kind).not.toBe('granted')
          await world.granted(next, { ...wish(), needed: left.toString() })
        },
      },
    )
  })

  test('a journal that was acknowledged further raises the epoch and freezes grants until it is applied again', async () => {
    let journal!: TestJournal
    let known = ''
    let lost = ''
    await throughRestore(
      {},
      {
        async before(world) {
          await world.topUp(milli(100))
          await world.price(MILLI_USD)
          journal = await world.startGateway()
          known = await world.granted(journal, { wanted: milli(20).toString() })
        },
        async lost(world) {
          const [price] = await world.metering.listPrices(pricesOf(world))
          if (price === undefined) throw new Error('a price')
          journal.write(world.usage(known, price), world.usage(known, price))
          await world.payments.applyBatch(SLOT, journal.batch())
          lost = await world.granted(journal, { wanted: milli(10).toString() })
          journal.write(world.usage(lost, price), { kind: 'lease_close', leaseId: lost })
          await world.payments.applyBatch(SLOT, journal.batch(3))
          expect(await world.available()).toBe(milli(79))
        },
        async after(world) {
          // A new process finds the journal on its disk.
          const incarnationId = world.ids.make('inc')
          const report = reportOf(world, journal, 4, [
            [known, milli(20)],
            [lost, milli(10)],
          ])
          const request = { incarnationId, gateway: SLOT, journals: [report] }
          const answer = await world.payments.registerIncarnation(SLOT, request)
          expect(answer).toMatchObject({ epoch: 2, cursors: [{ seq: 0, state: 'open' }] })
          expect(await world.payments.epoch()).toMatchObject({ epoch: 2, frozen: true })
          const next: TestJournal = { ...journal, incarnationId }
          expect(await world.lease(next, {})).toMatchObject({ kind: 'frozen' })
          // A repeat is not another restore.
          const repeat = await world.payments.registerIncarnation(SLOT, request)
          expect(repeat).toMatchObject({ epoch: 2 })
          expect(await world.available()).toBe(milli(70))

          await world.payments.applyBatch(SLOT, journal.batch(1, 2))
          expect(await world.payments.epoch()).toMatchObject({ frozen: true })
          await world.payments.applyBatch(SLOT, journal.batch(3))
          expect(await world.payments.epoch()).toMatchObject({ epoch: 2, frozen: false })
          expect(await world.available()).toBe(milli(79))
          expect(await world.lease(next, {})).toMatchObject({
            kind: 'granted',
            lease: { epoch: 2 },
          })
          expect(world.audit.map(({ action }) => action)).toEqual(['ledger.epoch_raised'])
        },
      },
    )
  })

  test('a lease that the balance cannot cover yet is put forward, and collected when the journals are in', async () => {
    let journal!: TestJournal
    const leases: [string, bigint][] = []
    await throughRestore(
      {},
      {
        async before(world) {
          await world.topUp(milli(40))
          journal = await world.startGateway()
        },
        async lost(world) {
          // One after the other: together they are more than the balance ever was.
          for (let round = 0; round < 3; round += 1) {
            const needed = milli(30).toString()
            const lease = await world.granted(journal, { needed, wanted: needed })
            leases.push([lease, milli(30)])
            journal.write({ kind: 'lease_close', leaseId: lease })
            await world.payments.applyBatch(SLOT, journal.batch(journal.records.length))
          }
        },
        async after(world) {
          await world.payments.registerIncarnation(SLOT, {
            incarnationId: world.ids.make('inc'),
            gateway: SLOT,
            journals: [reportOf(world, journal, 3, leases)],
          })
          expect(await world.available()).toBe(0n)
          expect(await world.balance(accountNames.platform('suspense'))).toBe(-milli(50))
          await world.payments.applyBatch(SLOT, journal.batch())
          expect(await world.payments.epoch()).toMatchObject({ frozen: false })
          expect(await world.balance(accountNames.platform('suspense'))).toBe(0n)
          expect(await world.available()).toBe(milli(40))
        },
      },
    )
  })

  test('a process that the database never heard of is known again by its report, and runs on', async () => {
    let journal!: TestJournal
    let lease = ''
    await throughRestore(
      {},
      {
        async before(world) {
          await world.topUp(milli(100))
        },
        async lost(world) {
          journal = await world.startGateway()
          lease = await world.granted(journal, { wanted: milli(10).toString() })
          journal.write(null)
          await world.payments.applyBatch(SLOT, journal.batch())
        },
        async after(world) {
          await expect(world.payments.applyBatch(SLOT, journal.batch())).rejects.toMatchObject({
            code: 'payments.incarnation_unknown',
          })
          // The running process registers again, with its own journal.
          const answer = await world.payments.registerIncarnation(SLOT, {
            incarnationId: journal.incarnationId,
            gateway: SLOT,
            journals: [reportOf(world, journal, 1, [[lease, milli(10)]])],
          })
          expect(answer).toMatchObject({ epoch: 2, cursors: [{ seq: 0 }] })
          await world.payments.applyBatch(SLOT, journal.batch())
          expect(await world.payments.epoch()).toMatchObject({ frozen: false })
          expect(await world.lease(journal, {})).toMatchObject({ kind: 'granted' })
        },
      },
    )
  })

  test('nothing is granted until every slot has reported, or its journal was declared lost', async () => {
    let here!: TestJournal
    let there!: TestJournal
    const slots = [SLOT, 'gateway-2']
    await throughRestore(
      { slots },
      {
        async before(world) {
          await world.topUp(milli(100))
          here = await world.startGateway()
          there = await world.startGateway('gateway-2')
        },
        async lost(world) {
          here.write(null)
          await world.payments.applyBatch(SLOT, here.batch())
        },
        async after(world) {
          await world.payments.registerIncarnation(SLOT, {
            incarnationId: here.incarnationId,
            gateway: SLOT,
            journals: [reportOf(world, here, 1)],
          })
          await world.payments.applyBatch(SLOT, here.batch())
          expect(await world.payments.epoch()).toMatchObject({ epoch: 2, frozen: true })
          // The other slot comes back without its disk: only an operator's word ends the waiting.
          await world.payments.registerIncarnation('gateway-2', {
            incarnationId: world.ids.make('inc'),
            gateway: 'gateway-2',
            journals: [],
          })
          expect(await world.payments.epoch()).toMatchObject({ frozen: true })
          await world.payments.declareLost(world.operator, there.incarnationId)
          expect(await world.payments.epoch()).toMatchObject({ epoch: 2, frozen: false })
        },
      },
    )
  })

  test('an operator’s word raises the epoch as well, and the report of every process ends the freeze', async () => {
    const url = await copyDatabase(server.url, newName())
    const world = await createWorld(url)
    try {
      const journal = await world.startGateway()
      await world.payments.raiseEpoch(world.operator, 'restored from last night')
      expect(await world.lease(journal, {})).toEqual({
        kind: 'frozen',
        reason: 'restored from last night',
      })
      await world.payments.registerIncarnation(SLOT, {
        incarnationId: journal.incarnationId,
        gateway: SLOT,
        journals: [reportOf(world, journal, 0)],
      })
      expect(await world.payments.epoch()).toMatchObject({ epoch: 2, frozen: false })
    } finally {
      await world.close()
    }
  })

  test('another cluster or timeline at start raises the epoch, the same one does not', async () => {
    const url = await copyDatabase(server.url, newName())
    const world = await createWorld(url)
    const pretend = (change: string) =>
      world.database.query({ text: `update payments.ledger_epoch set ${change}` })
    try {
      expect(await world.payments.noticeHistory()).toBe('first')
      expect(await world.payments.noticeHistory()).toBe('same')
      expect(await world.payments.epoch()).toMatchObject({ epoch: 1, frozen: false })
      await pretend('timeline = timeline + 1')
      expect(await world.payments.noticeHistory()).toBe('changed')
      expect(await world.payments.epoch()).toMatchObject({ epoch: 2, frozen: true })
      expect(await world.payments.noticeHistory()).toBe('same')
      await pretend('system_identifier = system_identifier + 1')
      expect(await world.payments.noticeHistory()).toBe('changed')
      expect(await world.payments.epoch()).toMatchObject({ epoch: 3, frozen: true })
    } finally {
      await world.close()
    }
  })

  test('a journal that is not on the disk any more is a case for as long as it holds leases', async () => {
    const url = await copyDatabase(server.url, newName())
    const world = await createWorld(url)
    const cases = async () => {
      const query = { organizationId: null, before: undefined, limit: 10 } as const
      return world.payments.listCases({ ...query, state: 'open' })
    }
    try {
      await world.topUp(milli(100))
      const gone = await world.startGateway()
      await world.granted(gone, { wanted: milli(10).toString() })
      await world.startGateway()
      expect(await cases()).toMatchObject([
        { kind: 'journal_missing', subject: gone.incarnationId, amount: milli(10) },
      ])
      gone.write({ kind: 'incarnation_end' })
      await world.payments.applyBatch(SLOT, gone.batch())
      expect(await cases()).toEqual([])
      await world.audits()
    } finally {
      await world.close()
    }
  })

  const pricesOf = (world: World) => ({
    serverId: world.server,
    tool: undefined,
    before: undefined,
    limit: 1,
  })
})
