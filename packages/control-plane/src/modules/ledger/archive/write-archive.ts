import {
  ARCHIVE_VERSION,
  CHAIN_START,
  nextLink,
  type ArchiveLine,
} from '@mcp-orchestra/api/ledger-archive'
import { fromRfc3339, type Instant, type Transactions } from '@mcp-orchestra/kernel'
import type { AccountRow, AccountSums } from '../balance.ts'
import type { ArchiveStore, BooksStore } from '../ports.ts'
import { refuse } from '../problems.ts'

/** What an archive is written from. */
export type WriteArchiveDeps = {
  readonly transactions: Transactions
  readonly books: Pick<BooksStore, 'balancesAt' | 'openFrom'>
  readonly archive: ArchiveStore
}

/** Days of an archive: `from`, and the first day that is not in it any more. */
export type ArchivePeriod = { readonly from: string; readonly to: string }

/** Transfers read at a time: some 500 KB of lines. */
const TRANSFERS_AT_ONCE = 1_000

/**
 * The lines of an archive of closed days: nothing of it can change while it is written. Days that are not
 * closed are refused at once, as `ledger.invalid_period`.
 */
export async function openArchive(
  deps: WriteArchiveDeps,
  period: ArchivePeriod,
): Promise<AsyncGenerator<string>> {
  const [from, to] = [startOf(period.from), startOf(period.to)]
  const openFrom = await deps.transactions.run((tx) => deps.books.openFrom(tx))
  if (from >= to) throw refuse('ledger.invalid_period', { detail: 'it ends before it begins' })
  if (openFrom === undefined || to > openFrom) {
    throw refuse('ledger.invalid_period', { detail: 'a day of it is not closed yet' })
  }
  return chained(linesOf(deps, period, { from, to }))
}

type End = Omit<Extract<ArchiveLine, { line: 'end' }>, 'chain'>

async function* chained(
  lines: AsyncIterable<Exclude<ArchiveLine, { line: 'end' }> | End>,
): AsyncGenerator<string> {
  let chain = CHAIN_START
  for await (const line of lines) {
    const text = JSON.stringify(line.line === 'end' ? { ...line, chain } : line)
    chain = await nextLink(chain, text)
    yield text
  }
}

async function* linesOf(
  { transactions, books, archive }: WriteArchiveDeps,
  { from, to }: ArchivePeriod,
  ends: { readonly from: Instant; readonly to: Instant },
): AsyncGenerator<Exclude<ArchiveLine, { line: 'end' }> | End> {
  yield { line: 'archive', version: ARCHIVE_VERSION, from, to }
  yield* (await transactions.run((tx) => archive.assets(tx))).map((asset) => ({
    ...asset,
    line: 'asset' as const,
  }))
  const openings = await transactions.run((tx) => books.balancesAt(tx, ends.from))
  const closings = await transactions.run((tx) => books.balancesAt(tx, ends.to))
  const opened = new Map(openings.map((row) => [keyOf(row), row]))
  for (const row of closings) {
    const opening = sumsText(opened.get(keyOf(row)) ?? NOTHING)
    yield { line: 'account', name: row.name, asset: row.asset, opening }
  }
  const moved = new Map<string, bigint>()
  let transfers = 0
  let place = await transactions.run((tx) => archive.placeBefore(tx, ends))
  for (;;) {
    const after = place
    const page = await transactions.run((tx) =>
      archive.transfers(tx, { ...ends, after, limit: TRANSFERS_AT_ONCE }),
    )
    for (const transfer of page) {
      const posted = transfer.kind === 'X' || transfer.kind === 'P' ? BigInt(transfer.amount) : 0n
      moved.set(transfer.asset, (moved.get(transfer.asset) ?? 0n) + posted)
      yield { ...transfer, line: 'transfer' }
    }
    transfers += page.length
    const last = page.at(-1)
    if (last === undefined || page.length < TRANSFERS_AT_ONCE) break
    place = BigInt(last.seq)
  }
  for (const row of closings) {
    yield { line: 'closing', name: row.name, asset: row.asset, closing: sumsText(row) }
  }
  const sums = Object.fromEntries([...moved].map(([asset, sum]) => [asset, sum.toString()]))
  yield { line: 'end', transfers, moved: sums }
}

const NOTHING: AccountSums = {
  debitsPosted: 0n,
  creditsPosted: 0n,
  debitsHeld: 0n,
  creditsHeld: 0n,
}

function sumsText(sums: AccountSums): [string, string, string, string] {
  const { debitsPosted, creditsPosted, debitsHeld, creditsHeld } = sums
  return [
    debitsPosted.toString(),
    creditsPosted.toString(),
    debitsHeld.toString(),
    creditsHeld.toString(),
  ]
}

function keyOf({ name, asset }: AccountRow): string {
  return `${asset} ${name}`
}

function startOf(day: string): Instant {
  return fromRfc3339(`${day}T00:00:00Z`)
}
