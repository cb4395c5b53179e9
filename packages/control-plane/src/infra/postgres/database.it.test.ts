import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from './database.ts'
import { startTestDatabase, type TestDatabase } from './testing.ts'
import { pgOf } from './transaction.ts'

let server: TestDatabase
let database: Database

beforeAll(async () => {
  server = await startTestDatabase()
  database = createDatabase({ url: server.url, applicationName: 'test' })
  await database.query({ text: 'create table counter (id int primary key, n bigint not null)' })
  await database.query({ text: 'insert into counter values (1, 0), (2, 0)' })
})

afterAll(async () => {
  await database.close()
  await server.stop()
})

async function count(id: number): Promise<bigint | undefined> {
  const { rows } = await database.query<{ n: bigint }>({
    text: 'select n from counter where id = $1',
    values: [id],
  })
  return rows[0]?.n
}

describe('columns', () => {
  test('arrive as bigint, Instant and text, never as a float or a zone-less Date', async () => {
    const { rows } = await database.query({
      text: `select 9007199254740993::int8 as big, 10::numeric(38,0) as amount, '{1,2}'::int8[] as many,
        '{-3}'::numeric[] as amounts, '{}'::int8[] as none, '2026-11-22'::date as day,
        '2026-11-22T10:00:00.123456+05:30'::timestamptz as at,
        '00000000-0000-0000-0000-000000000001'::uuid as id`,
    })
    expect(rows[0]).toEqual({
      big: 9007199254740993n,
      amount: 10n,
      many: [1n, 2n],
      amounts: [-3n],
      none: [],
      day: '2026-11-22',
      at: Date.UTC(2026, 10, 22, 4, 30, 0, 123),
      id: '00000000-0000-0000-0000-000000000001',
    })
  })

  test('a fraction is refused, not rounded', async () => {
    await expect(database.query({ text: 'select 1.5::numeric as n' })).rejects.toThrow(
      'not a whole number: 1.5',
    )
  })
})

describe('transactions', () => {
  test('work that throws leaves nothing behind', async () => {
    const work = database.transactions.run(async (tx) => {
      await pgOf(tx).query({ text: 'update counter set n = 99 where id = 1' })
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await count(1)).toBe(0n)
  })

  test('the query builder and raw SQL share one transaction', async () => {
    type Tables = { counter: { id: number; n: bigint } }
    await database.transactions.run(async (tx) => {
      await pgOf(tx).query({ text: 'update counter set n = 5 where id = 1' })
      const builder = pgOf(tx).kysely<Tables>()
      const row = await builder
        .selectFrom('counter')
        .select('n')
        .where('id', '=', 1)
        .executeTakeFirst()
      expect(row?.n).toBe(5n)
    })
    expect(await count(1)).toBe(5n)
  })

  test('a swallowed failure cannot look like a commit', async () => {
    const work = database.transactions.run(async (tx) => {
      await pgOf(tx).query({ text: 'update counter set n = 77 where id = 1' })
      await pgOf(tx)
        .query({ text: 'select 1/0' })
        .catch(() => undefined)
    })
    await expect(work).rejects.toThrow('nothing was committed')
    expect(await count(1)).not.toBe(77n)
  })

  test('a transaction that has ended is of no use', async () => {
    const leaked = await database.transactions.run(async (tx) => tx)
    expect(() => pgOf(leaked)).toThrow('the transaction is open')
  })

  test('two transactions that lock each other both end well: the victim is run again', async () => {
    const before = [await count(1), await count(2)]
    let waiting = 0
    let proceed: () => void = () => undefined
    const bothHoldOne = new Promise<void>((resolve) => {
      proceed = resolve
    })
    let runs = 0
    const cross = (first: number, second: number) =>
      database.transactions.run(async (tx) => {
        runs += 1
        await pgOf(tx).query({
          text: 'update counter set n = n + 1 where id = $1',
          values: [first],
        })
        waiting += 1
        if (waiting === 2) proceed()
        await bothHoldOne
        await pgOf(tx).query({
          text: 'update counter set n = n + 1 where id = $1',
          values: [second],
        })
      })
    await Promise.all([cross(1, 2), cross(2, 1)])
    expect(runs).toBe(3)
    expect([await count(1), await count(2)]).toEqual(before.map((n) => (n ?? 0n) + 2n))
  })

  test('contention that does not end becomes a 503, after a bounded number of rounds', async () => {
    let runs = 0
    const work = database.transactions.run(async (tx) => {
      runs += 1
      await pgOf(tx).query({ text: `do $$ begin raise exception using errcode = '40001'; end $$` })
    })
    await expect(work).rejects.toMatchObject({ code: 'database.contention', kind: { status: 503 } })
    expect(runs).toBe(5)
  })
})

describe('an absent database', () => {
  test('is a 503 that may be retried', async () => {
    const nowhere = createDatabase({
      url: 'postgresql://nobody:x@127.0.0.1:1/none',
      applicationName: 'test',
    })
    const error = await nowhere.query({ text: 'select 1' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Problem)
    expect(error).toMatchObject({ code: 'database.unavailable', kind: { retryable: true } })
    await expect(nowhere.transactions.run(async () => 1)).rejects.toMatchObject({
      code: 'database.unavailable',
    })
    await nowhere.close()
  })
})

describe('notifications', () => {
  test('reach a listener, and a broken connection is replaced with a wake-up', async () => {
    const heard: string[] = []
    let wake: () => void = () => undefined
    const next = () =>
      new Promise<void>((resolve) => {
        wake = resolve
      })
    const stop = await database.listen('changes', (payload) => {
      heard.push(payload)
      wake()
    })
    let arrived = next()
    await database.query({ text: `select pg_notify('changes', 'one')` })
    await arrived
    arrived = next()
    await database.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'`,
    })
    await arrived
    arrived = next()
    await database.query({ text: `select pg_notify('changes', 'two')` })
    await arrived
    expect(heard).toEqual(['one', '', 'two'])
    await stop()
  })
})
