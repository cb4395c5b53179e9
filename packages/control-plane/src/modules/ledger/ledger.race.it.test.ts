import { deriveId, type Transaction } from '@mcp-orchestra/kernel'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgOf } from '../../infra/postgres/index.ts'
import { TEST_VERSIONS } from '../../infra/postgres/testing.ts'
import { accountNames, type AccountName } from './account-name.ts'
import { codeOf, startLedgerBench, usd, type LedgerBench } from './testing.ts'
import type { TransferRequest } from './transfer.ts'

/** Writers at once: more than cores, so that they wait for each other's rows all the time. */
const WRITERS = 16
const ROUNDS = 25
const LEGS = 8
/** Rounds in which all writers send the very same thing at once. */
const MOMENTS = 60

/** Many writers on few accounts. A join by ctid in the trigger loses updates here, and only here. */
describe.each(TEST_VERSIONS)('parallel writers on PostgreSQL %i', (version) => {
  let bench: LedgerBench
  let payers: AccountName[]
  const topUps = accountNames.platform('top_ups')
  const fees = accountNames.platform('fees')

  beforeAll(async () => {
    bench = await startLedgerBench(version, WRITERS)
    payers = Array.from({ length: 6 }, () => accountNames.available(bench.ids.make('org')))
    await bench.database.transactions.run(async (tx) => {
      await bench.ledger.openAccounts(tx, [...payers, topUps, fees])
      await bench.ledger.post(
        tx,
        payers.map((payer) => move(topUps, payer, 10_000n)),
      )
    })
  })
  afterAll(async () => {
    await bench.stop()
  })

  const move = (debit: AccountName, credit: AccountName, amount: bigint): TransferRequest => ({
    id: bench.ids.make('txn'),
    debit,
    credit,
    amount: usd(amount),
  })
  const payer = (index: number): AccountName => {
    const found = payers[index % payers.length]
    if (found === undefined) throw new Error('no payer')
    return found
  }
  const post = (transfers: readonly TransferRequest[]) =>
    bench.database.transactions.run((tx) => bench.ledger.post(tx, transfers))
  const inParallel = (work: (writer: number) => Promise<void>) =>
    Promise.all(Array.from({ length: WRITERS }, (_, writer) => work(writer)))

  async function proveBooks(): Promise<void> {
    const { sums, rebuilt } = await bench.ledger.trialBalance()
    expect([...sums.values()]).toEqual([0n])
    expect(rebuilt).toEqual([])
  }

  test('do not queue at a busy account of the platform: while one has not committed, others do', async () => {
    const shardOf = async (tx: Transaction) => {
      const { rows } = await pgOf(tx).query<{ shard: number }>({
        text: `select pg_backend_pid() % shards as shard from ledger.accounts where name = '${fees}'`,
      })
      return rows[0]?.shard
    }
    const committed = await bench.database.transactions.run(async (tx) => {
      await bench.ledger.post(tx, [move(payer(0), fees, 1n)])
      const mine = await shardOf(tx)
      // Each has a connection of its own; the few whose number falls on the same row stay out of it.
      const others = [1, 2, 3, 4, 5].map((other) =>
        bench.database.transactions.run(async (theirs) => {
          if ((await shardOf(theirs)) === mine) return 0
          await bench.ledger.post(theirs, [move(payer(other), fees, 1n)])
          return 1
        }),
      )
      return (await Promise.all(others)).reduce<number>((sum, one) => sum + one, 0)
    })
    expect(committed).toBeGreaterThan(2)
    expect((await bench.ledger.balance(undefined, fees)).posted).toBe(BigInt(committed) + 1n)
    await proveBooks()
  })

  test('lose no update, in whatever order they name the accounts', async () => {
    const before = (await bench.ledger.balance(undefined, fees)).posted
    await inParallel(async (writer) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const legs = Array.from({ length: LEGS }, (_, index) =>
          move(payer(writer * 7 + round * 3 + index * 5), fees, 1n),
        )
        await post(writer % 2 === 0 ? legs : legs.toReversed())
      }
    })
    const total = BigInt(WRITERS * ROUNDS * LEGS)
    expect((await bench.ledger.balance(undefined, fees)).posted - before).toBe(total)
    await proveBooks()
  })

  test('cannot spend the same money twice', async () => {
    const purse = accountNames.available(bench.ids.make('org'))
    await bench.database.transactions.run(async (tx) => {
      await bench.ledger.openAccount(tx, purse)
      await bench.ledger.post(tx, [move(topUps, purse, 100n)])
    })
    const outcomes: string[] = []
    await inParallel(async () => {
      for (let round = 0; round < 5; round += 1) {
        outcomes.push(await codeOf(post([move(purse, fees, 3n)])))
      }
    })
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(33)
    expect(outcomes.filter((outcome) => outcome === 'ledger.insufficient_funds')).toHaveLength(
      WRITERS * 5 - 33,
    )
    expect((await bench.ledger.balance(undefined, purse)).posted).toBe(1n)
    await proveBooks()
  })

  test('that send the same batch apply it once', async () => {
    const id = (of: string) => deriveId('txn', createHash('sha256').update(of).digest())
    const before = (await bench.ledger.balance(undefined, fees)).posted
    const applied: boolean[] = []
    await inParallel(async (writer) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const legs = Array.from({ length: LEGS }, (_, index) => ({
          ...move(payer(index), fees, 2n),
          id: id(`same ${round} ${index}`),
        }))
        const answers = await post(writer % 2 === 0 ? legs : legs.toReversed())
        applied.push(...answers.map((answer) => answer.applied))
      }
    })
    expect(applied.filter(Boolean)).toHaveLength(ROUNDS * LEGS)
    const moved = (await bench.ledger.balance(undefined, fees)).posted - before
    expect(moved).toBe(BigInt(ROUNDS * LEGS) * 2n)
    await proveBooks()
  })

  test('that send one transfer at the same moment apply it once', async () => {
    for (let round = 0; round < MOMENTS; round += 1) {
      const transfer = move(payer(round), fees, 1n)
      const applied: boolean[] = []
      await inParallel(async () => {
        for (const answer of await post([transfer])) applied.push(answer.applied)
      })
      expect(applied.filter(Boolean)).toHaveLength(1)
    }
    await proveBooks()
  })

  test('that send one resolution at the same moment apply it once', async () => {
    for (let round = 0; round < MOMENTS; round += 1) {
      const hold = move(payer(round), fees, 1n)
      await bench.database.transactions.run((tx) => bench.ledger.hold(tx, hold))
      const resolution = { id: bench.ids.make('txn'), holdId: hold.id, amount: usd(1n) }
      const applied: boolean[] = []
      await inParallel(async () => {
        const answer = await bench.database.transactions.run((tx) =>
          bench.ledger.postHold(tx, resolution),
        )
        applied.push(answer.applied)
      })
      expect(applied.filter(Boolean)).toHaveLength(1)
    }
    await proveBooks()
  })

  test('resolve a hold once, whoever comes first', async () => {
    for (let round = 0; round < 10; round += 1) {
      const hold = move(payer(round), fees, 10n)
      await bench.database.transactions.run((tx) => bench.ledger.hold(tx, hold))
      const outcomes: string[] = []
      await inParallel(async (writer) => {
        const id = bench.ids.make('txn')
        const resolution = bench.database.transactions.run((tx) =>
          writer % 2 === 0
            ? bench.ledger.postHold(tx, { id, holdId: hold.id, amount: usd(10n) })
            : bench.ledger.voidHold(tx, { id, holdId: hold.id }),
        )
        outcomes.push(await codeOf(resolution))
      })
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'ledger.hold_resolved')).toHaveLength(
        WRITERS - 1,
      )
    }
    await proveBooks()
  })

  test('open one account together, and once', async () => {
    const name = accountNames.payable(bench.ids.make('org'))
    await inParallel(() =>
      bench.database.transactions.run((tx) => bench.ledger.openAccounts(tx, [name, fees])),
    )
    const { rows } = await bench.database.query<{ n: bigint }>({
      text: `select count(*) as n from ledger.balances b join ledger.accounts a
        on a.id = b.account_id where a.name = $1`,
      values: [name],
    })
    expect(rows[0]?.n).toBe(1n)
  })

  test('are not stopped by the trial balance, which sees one moment', async () => {
    const written = new AbortController()
    const proofs = (async () => {
      let count = 0
      while (!written.signal.aborted) {
        await proveBooks()
        count += 1
      }
      return count
    })()
    await Promise.all(
      Array.from({ length: WRITERS - 2 }, async (_, writer) => {
        for (let round = 0; round < 10; round += 1) await post([move(payer(writer), fees, 1n)])
      }),
    )
    written.abort()
    expect(await proofs).toBeGreaterThan(0)
  })
})
