import { ArchiveBroken } from '@mcp-orchestra/api/ledger-archive'
import { verifyArchive } from '@mcp-orchestra/api/verify-archive'
import { assetId, instant, systemClock } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_VERSIONS } from '../../../infra/postgres/testing.ts'
import { accountNames } from '../account-name.ts'
import { postgresArchiveStore } from '../adapters/postgres-archive-store.ts'
import { postgresBooksStore } from '../adapters/postgres-books-store.ts'
import { postgresRestoreStore } from '../adapters/postgres-restore-store.ts'
import { codeOf, startLedgerBench, usd, writeOldTransfers, type LedgerBench } from '../testing.ts'
import { restoreArchives } from './restore-archive.ts'
import { openArchive } from './write-archive.ts'

const DAY_MS = 86_400_000
/** The first moment of a day, so many days ago. */
const startOf = (daysAgo: number) =>
  instant((Math.floor(systemClock.now() / DAY_MS) - daysAgo) * DAY_MS)
const dayOf = (daysAgo: number) => new Date(startOf(daysAgo)).toISOString().slice(0, 10)
/** Two periods that meet: six days ago to three days ago, and from there to today. */
const PERIODS = [
  { from: dayOf(6), to: dayOf(3) },
  { from: dayOf(3), to: dayOf(0) },
] as const

describe.each(TEST_VERSIONS)('archives on PostgreSQL %i', (version) => {
  let bench: LedgerBench
  const archives: string[][] = []
  const [topUps, suspense, loss] = (['top_ups', 'suspense', 'loss'] as const).map(
    accountNames.platform,
  )

  beforeAll(async () => {
    bench = await startLedgerBench(version)
    if (topUps === undefined || suspense === undefined || loss === undefined) return
    const names = [topUps, suspense, loss, accountNames.platform('fees')]
    await bench.database.transactions.run((tx) => bench.ledger.openAccounts(tx, names))
    const at = (daysAgo: number, ms = 0) => instant(startOf(daysAgo) + ms)
    const pay = { debit: topUps, credit: suspense } as const
    const [, hold = ''] = await writeOldTransfers(bench, [
      { kind: 'X', ...pay, amount: 10n ** 20n, at: at(6) },
      { kind: 'H', ...pay, amount: 50n, at: at(5, 3) },
      { kind: 'X', debit: suspense, credit: loss, amount: 3n, at: at(4, 7) },
    ])
    // Held in one period, posted in part in the next.
    await writeOldTransfers(bench, [
      { kind: 'P', ...pay, amount: 20n, at: at(3), hold: { id: hold, amount: 50n } },
      { kind: 'X', debit: loss, credit: topUps, amount: 1n, at: at(1, DAY_MS - 1) },
    ])
    await bench.books.closeDays()
    for (const period of PERIODS) archives.push(await linesOf(period))
  })
  afterAll(() => bench.stop())

  const deps = () => ({
    transactions: bench.database.transactions,
    books: postgresBooksStore,
    archive: postgresArchiveStore,
  })

  async function linesOf(period: { from: string; to: string }): Promise<string[]> {
    const lines: string[] = []
    for await (const line of await openArchive(deps(), period)) lines.push(line)
    return lines
  }

  test('prove themselves, with counts and sums', async () => {
    const [first, second] = await Promise.all(archives.map((lines) => verifyArchive(lines)))
    expect(first).toMatchObject({
      ...PERIODS[0],
      transfers: 3,
      moved: { USD: `${10n ** 20n + 3n}` },
    })
    expect(second).toMatchObject({ ...PERIODS[1], transfers: 2, moved: { USD: '21' } })
    expect(await linesOf(PERIODS[0])).toEqual(archives[0])
  })

  test('any line that is changed, left out, doubled or moved is found', async () => {
    const [lines = []] = archives
    for (const [index, line] of lines.entries()) {
      const others = lines.filter((_, at) => at !== index)
      const changed = line.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))
      const variants = [
        others,
        lines.with(index, changed),
        lines.toSpliced(index, 0, line),
        lines.slice(0, index),
        [...others.slice(0, -1), line, ...others.slice(-1)],
      ].filter((variant) => variant.join() !== lines.join())
      for (const variant of variants) {
        await expect(verifyArchive(variant)).rejects.toThrow(ArchiveBroken)
      }
    }
  })

  test('restored into an empty ledger, make the same books to the last unit, and it goes on', async () => {
    const empty = await startLedgerBench(version)
    const { transactions } = empty.database
    const restore = (parts: readonly (readonly string[])[]) =>
      restoreArchives({ transactions, store: postgresRestoreStore }, parts)
    // Without the first one the second does not begin where the ledger is; nothing is left behind.
    await expect(restore(archives.slice(1))).rejects.toThrow(ArchiveBroken)
    await expect(restore([archives[0]?.slice(0, -1) ?? []])).rejects.toThrow('cut off')
    expect((await empty.ledger.trialBalance()).rows).toEqual([])
    const proofs = await restore(archives)
    expect(proofs.map(({ chain }) => chain)).toEqual(
      await Promise.all(archives.map(async (lines) => (await verifyArchive(lines)).chain)),
    )
    const moved = ({ debitsPosted, creditsPosted, debitsHeld, creditsHeld }: Row) =>
      [debitsPosted, creditsPosted, debitsHeld, creditsHeld].some((sum) => sum !== 0n)
    const trial = await empty.ledger.trialBalance()
    expect(trial.rebuilt).toEqual([])
    expect(trial.rows).toEqual((await bench.ledger.trialBalance()).rows.filter(moved))
    // The restored ledger closes the same days and writes the same archives: the roots are equal.
    await empty.books.closeDays()
    const again: string[] = []
    const from = { ...deps(), transactions }
    for await (const line of await openArchive(from, PERIODS[1])) again.push(line)
    expect(again).toEqual(archives[1])
    expect(await codeOf(restore(archives))).toBe('ledger.not_empty')
    if (topUps === undefined || suspense === undefined) throw new Error('no accounts')
    const [id, debit, credit] = [empty.ids.make('txn'), topUps, suspense] as const
    await transactions.run((tx) => empty.ledger.post(tx, [{ id, debit, credit, amount: usd(1n) }]))
    expect((await empty.ledger.trialBalance()).rebuilt).toEqual([])
    await empty.stop()
  })

  test('a day that is not closed is not archived', async () => {
    const open = { from: dayOf(1), to: dayOf(-1) }
    expect(await codeOf(openArchive(deps(), open))).toBe('ledger.invalid_period')
    const turned = { from: dayOf(1), to: dayOf(1) }
    expect(await codeOf(openArchive(deps(), turned))).toBe('ledger.invalid_period')
  })

  test('a token that was registered is restored with its code and scale', async () => {
    const id = assetId('eip155:1/erc20:0xabc')
    await bench.database.query({
      text: `insert into ledger.assets (asset, code, scale) values ('${id}', 'ABC', 9)`,
    })
    const empty = await startLedgerBench(version)
    const { transactions } = empty.database
    const lines = [await linesOf(PERIODS[0])]
    await restoreArchives({ transactions, store: postgresRestoreStore }, lines)
    const { rows } = await empty.database.query({
      text: `select code, scale from ledger.assets where asset = '${id}'`,
    })
    expect(rows).toEqual([{ code: 'ABC', scale: 9 }])
    await empty.stop()
  })
})

type Row = Awaited<ReturnType<LedgerBench['ledger']['trialBalance']>>['rows'][number]
