import { instant, systemClock, USD, type Instant } from '@mcp-orchestra/kernel'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_VERSIONS } from '../../infra/postgres/testing.ts'
import { accountNames, type AccountName } from './account-name.ts'
import { balanceOf, type AccountSums } from './balance.ts'
import type { StatementEntry } from './statement.ts'
import {
  startLedgerBench,
  writeOldTransfers,
  type LedgerBench,
  type OldTransfer,
} from './testing.ts'

const DAY_MS = 86_400_000
/** The first moment of a day of this month's past: days since are closed one by one. */
const START = instant((Math.floor(systemClock.now() / DAY_MS) - 20) * DAY_MS)
const DAYS = 6
/** Accounts that nothing limits, one of them sharded: any transfer between them is possible. */
const ACCOUNTS = (['fees', 'top_ups', 'suspense', 'loss'] as const).map(accountNames.platform)

const moment = fc
  .oneof(
    fc.nat({ max: DAYS * DAY_MS }),
    // The edges of days are where an entry could fall into two days, or none.
    fc
      .tuple(fc.nat({ max: DAYS }), fc.integer({ min: -1, max: 1 }))
      .map(([d, ms]) => d * DAY_MS + ms),
  )
  .map((ms) => instant(START + Math.max(0, ms)))
const side = fc.nat({ max: ACCOUNTS.length - 1 })
const past = fc.array(
  fc
    .record({
      kind: fc.constantFrom('X' as const, 'X' as const, 'H' as const, 'P' as const, 'V' as const),
      from: side,
      step: fc.integer({ min: 1, max: ACCOUNTS.length - 1 }),
      amount: fc.bigInt({ min: 1n, max: 1_000n }),
      at: moment,
      // A transaction that began before another may write after it.
      lateMs: fc.nat({ max: 50 }),
    })
    .map(({ from, step, ...rest }) => ({
      ...rest,
      debit: ACCOUNTS[from] ?? ACCOUNTS[0],
      credit: ACCOUNTS[(from + step) % ACCOUNTS.length] ?? ACCOUNTS[0],
    })),
  { minLength: 1, maxLength: 40 },
)

type Sample = typeof past extends fc.Arbitrary<infer T> ? T : never
type Written = OldTransfer & { readonly place: number }

describe.each(TEST_VERSIONS)('the books of the past on PostgreSQL %i', (version) => {
  let bench: LedgerBench
  const written: Written[] = []

  beforeAll(async () => {
    bench = await startLedgerBench(version)
    await bench.database.transactions.run((tx) => bench.ledger.openAccounts(tx, ACCOUNTS))
    for (const sample of fc.sample(past, { numRuns: 8, seed: 7 })) await write(sample)
  })
  afterAll(() => bench.stop())

  /** Writes in the order of time, but for the late ones; posts and voids resolve a hold that is open. */
  async function write(sample: Sample): Promise<void> {
    const open: { id: string; transfer: OldTransfer }[] = []
    for (const next of sample.toSorted((a, b) => a.at + a.lateMs - b.at - b.lateMs)) {
      const { kind, debit, credit, amount, at } = next
      if (debit === undefined || credit === undefined) continue
      const held = kind === 'P' || kind === 'V' ? open.pop() : undefined
      if ((kind === 'P' || kind === 'V') && held === undefined) continue
      const hold = held === undefined ? undefined : { id: held.id, amount: held.transfer.amount }
      const transfer: OldTransfer =
        held === undefined || hold === undefined
          ? { kind, debit, credit, amount, at }
          : {
              ...held.transfer,
              kind,
              hold,
              amount: kind === 'V' || amount > hold.amount ? hold.amount : amount,
              at: instant(Math.max(at, held.transfer.at)),
            }
      const [id = ''] = await writeOldTransfers(bench, [transfer])
      if (kind === 'H') open.push({ id, transfer })
      written.push({ ...transfer, place: written.length })
    }
  }

  const inOrder = () => written.toSorted((a, b) => a.at - b.at || a.place - b.place)

  function sumsBefore(account: AccountName, at: Instant): AccountSums {
    const sums = { debitsPosted: 0n, creditsPosted: 0n, debitsHeld: 0n, creditsHeld: 0n }
    for (const { kind, debit, credit, amount, hold, at: when } of written) {
      if (when >= at) continue
      const posted = kind === 'X' || kind === 'P' ? amount : 0n
      const held = kind === 'H' ? amount : -(hold?.amount ?? 0n)
      if (debit === account) {
        sums.debitsPosted += posted
        sums.debitsHeld += held
      }
      if (credit === account) {
        sums.creditsPosted += posted
        sums.creditsHeld += held
      }
    }
    return sums
  }

  const query = fc.record({
    account: fc.constantFrom(...ACCOUNTS),
    ends: fc.tuple(moment, moment).filter(([a, b]) => a !== b),
    limit: fc.integer({ min: 1, max: 12 }),
  })

  async function statementsAreTrue(isFinal: boolean): Promise<void> {
    await fc.assert(
      fc.asyncProperty(query, async ({ account, ends: [a, b], limit }) => {
        const [from, to] = a < b ? [a, b] : [b, a]
        const asked = { account, asset: USD.id, from, to, limit }
        const first = await bench.books.statement(asked)
        expect(first.isFinal).toBe(isFinal)
        expect(first.opening).toEqual(sumsBefore(account, from))
        expect(first.closing).toEqual(sumsBefore(account, to))
        const entries: StatementEntry[] = [...first.entries]
        for (let page = first.entries; page.length === limit;) {
          const afterSeq = entries.at(-1)?.transfer.seq ?? 0n
          page = (await bench.books.statement({ ...asked, afterSeq })).entries
          entries.push(...page)
        }
        const expected = inOrder().filter(
          ({ kind, at, debit, credit }) =>
            (kind === 'X' || kind === 'P') &&
            at >= from &&
            at < to &&
            (debit === account || credit === account),
        )
        expect(entries.map(({ transfer: { amount, debit } }) => [debit, amount.amount])).toEqual(
          expected.map(({ amount, debit }) => [debit, amount]),
        )
        const last = entries.at(-1)?.balance ?? balanceOf(first.opening).posted
        expect(last).toBe(balanceOf(first.closing).posted)
      }),
      { numRuns: 60 },
    )
  }

  async function balancesAreTrue(): Promise<void> {
    await fc.assert(
      fc.asyncProperty(moment, async (at) => {
        const { rows, sums } = await bench.books.trialBalanceAt(at)
        for (const account of ACCOUNTS) {
          const row = rows.find(({ name }) => name === account)
          const { debitsPosted, creditsPosted, debitsHeld, creditsHeld } = sumsBefore(account, at)
          const expected = { debitsPosted, creditsPosted, debitsHeld, creditsHeld }
          if (row === undefined) expect(Object.values(expected)).toEqual([0n, 0n, 0n, 0n])
          else expect(row).toMatchObject(expected)
        }
        expect([...sums.values()].every((sum) => sum === 0n)).toBe(true)
      }),
      { numRuns: 40 },
    )
  }

  test('before a day is closed, a statement is what the transfers say, page by page', async () => {
    await statementsAreTrue(false)
    await balancesAreTrue()
  })

  test('closing the days changes no statement and no balance, and says that they are final', async () => {
    expect(await bench.books.closeDays()).toBeGreaterThan(DAYS)
    expect(await bench.books.closeDays()).toBe(0)
    await statementsAreTrue(true)
    await balancesAreTrue()
  })

  test('nothing is written into a closed day, by anybody', async () => {
    const [debit, credit] = ACCOUNTS
    if (debit === undefined || credit === undefined) throw new Error('no accounts')
    const late = { kind: 'X', debit, credit, amount: 1n, at: instant(START + DAY_MS) } as const
    await expect(writeOldTransfers(bench, [late])).rejects.toMatchObject({ code: '40001' })
    await writeOldTransfers(bench, [{ ...late, at: systemClock.now() }])
  })

  test.each([
    'update ledger.closing_balances set debits_posted = 0',
    'delete from ledger.closed_days',
    'truncate ledger.closings cascade',
  ])('refuses: %s', async (text) => {
    await expect(bench.database.query({ text })).rejects.toThrow('append-only')
  })

  test('an account that was never opened has an empty statement', async () => {
    const account = accountNames.available(bench.ids.make('org'))
    const asked = { account, asset: USD.id, from: START, to: instant(START + DAY_MS), limit: 5 }
    const none = { debitsPosted: 0n, creditsPosted: 0n, debitsHeld: 0n, creditsHeld: 0n }
    expect(await bench.books.statement(asked)).toMatchObject({
      opening: none,
      closing: none,
      entries: [],
    })
  })
})
