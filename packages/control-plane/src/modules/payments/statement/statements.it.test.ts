import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlErrorOf } from '../../../infra/postgres/index.ts'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { createPayoutWorld, type PayoutWorld } from '../testing/payout-world.ts'
import { MILLI_USD, SLOT } from '../testing/world.ts'
import { statementCsv } from './statement-csv.ts'

describe.each(TEST_VERSIONS)('statements on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: PayoutWorld

  beforeAll(async () => {
    server = await startTestDatabase({ version })
    world = await createPayoutWorld(server.url)
    await world.payee('balance')
    await world.topUp(1_000n * MILLI_USD)
  })
  afterAll(async () => {
    await world.reconciles()
    await world.close()
    await server.stop()
  })

  /** Calls of the publisher's server, posted and swept. */
  async function sell(calls: number): Promise<void> {
    const journal = await world.startGateway()
    const price = await world.price(MILLI_USD)
    const wanted = `${BigInt(calls) * MILLI_USD}`
    const lease = await world.granted(journal, { needed: wanted, wanted })
    journal.write(...Array.from({ length: calls }, () => world.usage(lease, price)))
    await world.payments.applyBatch(SLOT, journal.batch())
    await world.payments.sweepAccrued()
  }
  const linesOf = async (key: string, amount: bigint | null = null) => {
    const { id } = await world.payouts.request(world.ada, { amount, key })
    const statement = await world.payouts.statement(id)
    const sum = statement.lines.reduce((all, line) => all + line.amount, 0n)
    expect(sum).toBe(statement.amount)
    return { id, statement, lines: statement.lines.map((line) => [line.kind, line.amount]) }
  }

  test('say where each payout comes from, and go on from one another', async () => {
    await sell(40)
    const first = await linesOf('first', 30n * MILLI_USD)
    expect(first.lines).toEqual([
      ['earnings', 40n * MILLI_USD],
      ['fees', -MILLI_USD],
      ['carried_out', -9n * MILLI_USD],
    ])
    expect(first.statement).toMatchObject({ number: 1, publisherId: world.publisher })
    expect(first.statement.lines[0]).toMatchObject({ serverId: world.server, month: '2026-11' })
    expect(statementCsv(first.statement).split('\r\n')).toEqual([
      'line,server,month,usd',
      `earnings,${world.server},2026-11,0.04`,
      'fees,,,-0.001',
      'carried_out,,,-0.009',
      `payout,${first.id},,0.03`,
      '',
    ])

    await world.payouts.cancel(world.ada, first.id)
    await sell(40)
    await world.earn(5n * MILLI_USD)
    const second = await linesOf('second')
    expect(second.lines).toEqual([
      ['carried_in', 9n * MILLI_USD],
      ['earnings', 40n * MILLI_USD],
      ['fees', -MILLI_USD],
      ['adjustments', 5n * MILLI_USD],
      ['paid_back', 30n * MILLI_USD],
    ])
    expect(second.statement).toMatchObject({ number: 2, amount: 83n * MILLI_USD })
    expect(await world.payouts.drawStatements()).toBe(0)
  })

  test('of many payouts at once sum up too, each once', async () => {
    await sell(80)
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        world.payouts.request(world.ada, { amount: 10n * MILLI_USD, key: `many-${index}` }),
      ),
    )
    await world.payouts.drawStatements()
    const statements = await Promise.all(made.map(({ id }) => world.payouts.statement(id)))
    for (const { lines, amount } of statements) {
      expect(lines.reduce((all, line) => all + line.amount, 0n)).toBe(amount)
    }
    expect(statements.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([
      3, 4, 5, 6, 7, 8,
    ])
    const earned = statements.flatMap(({ lines }) =>
      lines.filter(({ kind }) => kind === 'earnings'),
    )
    expect(earned.reduce((all, line) => all + line.amount, 0n)).toBe(80n * MILLI_USD)
    expect(
      statements.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'adjustments')),
    ).toEqual([])
  })

  test('are not there for a payout that never was, and never change', async () => {
    const nobody = world.payouts.statement(world.ids.make('pay'))
    await expect(nobody).rejects.toMatchObject({ code: 'payments.statement_missing' })
    const refused = (text: string) =>
      world.database.query({ text }).then(
        () => undefined,
        (error: unknown) => sqlErrorOf(error)?.message,
      )
    expect(await refused('update payments.payout_lines set amount = 1')).toContain('append-only')
    expect(await refused('delete from payments.payout_statements')).toContain('append-only')
  })
})
