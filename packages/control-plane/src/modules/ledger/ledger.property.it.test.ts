import { deriveId, type Id } from '@mcp-orchestra/kernel'
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_VERSIONS } from '../../infra/postgres/testing.ts'
import { accountNames, rulesOf, type AccountName } from './account-name.ts'
import { codeOf, startLedgerBench, usd, type LedgerBench } from './testing.ts'

/** Sequences per property; each is up to 25 transactions on a real server. */
const RUNS = 150

type Leg = { from: number; to: number; amount: bigint; key: number }
type Step =
  | { do: 'post'; legs: Leg[] }
  | { do: 'hold'; leg: Leg }
  | { do: 'postHold'; hold: number; amount: bigint; key: number }
  | { do: 'voidHold'; hold: number; key: number }

// Few keys, accounts and amounts: so that replays, conflicts, refusals and second resolutions happen.
const KEYS = 40
const key = fc.integer({ min: 0, max: KEYS - 1 })
const amount = fc.bigInt({ min: 0n, max: 60n })
const leg = fc.record({
  from: fc.integer({ min: 0, max: 5 }),
  to: fc.integer({ min: 0, max: 5 }),
  amount,
  key,
})
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('post' as const),
        legs: fc.array(leg, { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), leg }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('postHold' as const), hold: key, amount, key }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('voidHold' as const), hold: key, key }) },
  ),
  { maxLength: 25 },
)

describe.each(TEST_VERSIONS)('any sequence of calls on PostgreSQL %i', (version) => {
  let bench: LedgerBench
  beforeAll(async () => {
    bench = await startLedgerBench(version)
  })
  afterAll(async () => {
    await bench.stop()
  })

  const run: LedgerBench['database']['transactions']['run'] = (work) =>
    bench.database.transactions.run(work)

  /** Accounts of one sequence: three payers, a publisher, and the platform's two. */
  async function open(): Promise<AccountName[]> {
    const names = [
      accountNames.available(bench.ids.make('org')),
      accountNames.available(bench.ids.make('org')),
      accountNames.leased(bench.ids.make('org'), bench.ids.make('inc')),
      accountNames.accrued(bench.ids.make('org')),
      accountNames.platform('top_ups'),
      accountNames.platform('fees'),
    ]
    await run((tx) => bench.ledger.openAccounts(tx, names))
    return names
  }

  /** Runs a step; `done` or the code of the refusal. */
  function attempt(names: AccountName[], salt: string, step: Step): Promise<string> {
    const id = (of: number): Id<'txn'> =>
      deriveId('txn', createHash('sha256').update(`${salt}:${of}`).digest())
    const request = ({ from, to, amount: moved, key: of }: Leg) => ({
      id: id(of),
      debit: names[from] ?? accountNames.platform('loss'),
      credit: names[to] ?? accountNames.platform('loss'),
      amount: usd(moved),
    })
    switch (step.do) {
      case 'post':
        return codeOf(run((tx) => bench.ledger.post(tx, step.legs.map(request))))
      case 'hold':
        return codeOf(run((tx) => bench.ledger.hold(tx, request(step.leg))))
      case 'postHold':
        return codeOf(
          run((tx) =>
            bench.ledger.postHold(tx, {
              id: id(step.key),
              holdId: id(step.hold),
              amount: usd(step.amount),
            }),
          ),
        )
      default:
        return codeOf(
          run((tx) => bench.ledger.voidHold(tx, { id: id(step.key), holdId: id(step.hold) })),
        )
    }
  }

  async function balancesOf(names: AccountName[]) {
    return [...(await bench.ledger.balances(undefined, names))]
  }

  test('keeps the books balanced, no limited account below zero, projections true, and only ever refuses by name', async () => {
    const outcomes = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(steps, fc.uuid(), async (sequence, salt) => {
        const names = await open()
        await run((tx) =>
          bench.ledger.post(tx, [
            {
              id: bench.ids.make('txn'),
              debit: accountNames.platform('top_ups'),
              credit: names[0] ?? accountNames.platform('loss'),
              amount: usd(100n),
            },
          ]),
        )
        for (const step of sequence) {
          const before = await balancesOf(names)
          const outcome = await attempt(names, salt, step)
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
          expect(outcome).toMatch(
            /^(done|ledger\.(insufficient_funds|transfer_conflict|invalid_transfer|unknown_hold|hold_resolved|hold_exceeded))$/,
          )
          const after = await balancesOf(names)
          const refused = outcome !== 'done'
          expect(refused && !isDeepStrictEqual(after, before)).toBe(false)
          for (const [name, { posted, held, available }] of after) {
            if (!rulesOf(name).debitLimited) continue
            expect(posted).toBeGreaterThanOrEqual(0n)
            expect(held).toBeGreaterThanOrEqual(0n)
            expect(available).toBeGreaterThanOrEqual(0n)
          }
        }
      }),
      { numRuns: RUNS },
    )
    const { sums, rebuilt, rows } = await bench.ledger.trialBalance()
    expect([...sums.values()]).toEqual([0n])
    expect(rebuilt).toEqual([])
    expect(rows.length).toBeGreaterThan(RUNS)
    // The property means something only if the interesting things happened.
    for (const seen of ['done', 'ledger.insufficient_funds', 'ledger.transfer_conflict']) {
      expect(outcomes.get(seen) ?? 0).toBeGreaterThan(0)
    }
  })

  test('run a second time in whole, changes nothing that the first time did', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.uuid(), async (sequence, salt) => {
        const names = await open()
        const applied: Step[] = []
        for (const step of sequence) {
          if ((await attempt(names, salt, step)) === 'done') applied.push(step)
        }
        const before = await balancesOf(names)
        for (const step of applied) expect(await attempt(names, salt, step)).toBe('done')
        expect(await balancesOf(names)).toEqual(before)
      }),
      { numRuns: RUNS / 2 },
    )
  })

  test('a refused batch leaves no trace, wherever in it the refusal lies', async () => {
    const [payer, other] = await open()
    if (payer === undefined || other === undefined) throw new Error('no accounts')
    await fc.assert(
      fc.asyncProperty(fc.nat(19), async (place) => {
        const legs = Array.from({ length: 20 }, (_, index) => ({
          id: bench.ids.make('txn'),
          debit: index === place ? other : accountNames.platform('top_ups'),
          credit: payer,
          amount: usd(index === place ? 1_000_000n : 1n),
        }))
        expect(await codeOf(run((tx) => bench.ledger.post(tx, legs)))).toBe(
          'ledger.insufficient_funds',
        )
        expect(await bench.ledger.transfers({ ids: legs.map(({ id }) => id) })).toEqual([])
      }),
      { numRuns: 20 },
    )
    expect((await bench.ledger.balance(undefined, payer)).posted).toBe(0n)
  })
})
