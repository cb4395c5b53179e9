import { instant, systemClock, USD, type Instant } from '@mcp-orchestra/kernel'
import { createDatabase, migrate } from '../../packages/control-plane/src/infra/postgres/index.ts'
import {
  accountNames,
  createBooks,
  createLedger,
  createPostgresLedgerStore,
  postgresBooksStore,
  type Books,
} from '../../packages/control-plane/src/modules/ledger/index.ts'
import { judge, type Bound } from '../figures/bound.ts'
import { percentile } from '../figures/statistics.ts'
import { startEmbedded } from '../money/database.ts'
import { fillLedger, PAYERS, playerOf, POSTINGS, PUBLISHERS } from './fill-ledger.ts'

/** Milliseconds of one thing that was done again and again. */
export type LedgerCell = {
  readonly title: string
  readonly times: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
}

/** What a ledger of ten million postings answers, and how fast. */
export type LedgerReport = {
  readonly database: string
  readonly postings: number
  readonly accounts: number
  /** Of all tables and indexes of the ledger, in MiB. */
  readonly sizeMib: number
  readonly cells: readonly LedgerCell[]
  readonly bounds: readonly Bound[]
  /** Whether balances, statements and the trial balance say the same. */
  readonly isRight: boolean
}

const BALANCES = 2_000
const STATEMENTS = 100
/** The most entries that a page may hold. */
const PAGE_ENTRIES = 201

/** Fills a scratch ledger with ten million postings over a month, and asks for balances and statements. */
export async function runLedger(say: (text: string) => void): Promise<LedgerReport> {
  const server = await startEmbedded()
  const directory = new URL(
    '../../packages/control-plane/src/modules/ledger/migrations/',
    import.meta.url,
  )
  await migrate({ url: server.url, folders: [{ name: 'ledger', directory }] })
  const database = createDatabase({ url: server.url, applicationName: 'bench ledger' })
  try {
    const ledger = createLedger({ store: createPostgresLedgerStore(database) })
    const books = createBooks({ store: postgresBooksStore, transactions: database.transactions })
    const month = lastMonth(systemClock.now())
    await fillLedger({ database, ledger }, month, say)
    const cells: LedgerCell[] = []
    const measure = async (title: string, times: number, work: (n: number) => Promise<unknown>) => {
      const cell = await timesOf(title, times, work)
      cells.push(cell)
      say(`${title}: p50 ${cell.p50Ms.toFixed(2)} ms, p99 ${cell.p99Ms.toFixed(2)} ms`)
      return cell
    }
    await measure('closing the days of the month, all of them', 1, () => books.closeDays())
    await database.query({ text: 'vacuum analyze' })
    const payer = (n: number) => accountNames.available(playerOf('payer', (n * 7) % PAYERS))
    const publisher = (n: number) =>
      accountNames.accrued(playerOf('publisher', (n * 7) % PUBLISHERS))
    const fees = accountNames.platform('fees')
    const whole = (account: typeof fees) => readWhole(books, { account, ...month })
    const balance = await measure('a balance', BALANCES, (n) =>
      ledger.balance(undefined, n % 2 === 0 ? payer(n) : publisher(n)),
    )
    await measure('the balance of platform:fees, 16 rows', BALANCES, () =>
      ledger.balance(undefined, fees),
    )
    const first = (account: typeof fees) => ({
      ...month,
      account,
      asset: USD.id,
      limit: PAGE_ENTRIES,
    })
    await measure('a month, first page, of platform:fees (250,000 postings)', STATEMENTS, () =>
      books.statement(first(fees)),
    )
    const ofPayer = await measure(
      'a month, every page, of a payer (2,001 postings)',
      STATEMENTS,
      (n) => whole(payer(n)),
    )
    const ofPublisher = await measure(
      'a month, every page, of a publisher (9,800 postings)',
      STATEMENTS,
      (n) => whole(publisher(n)),
    )
    await measure('the trial balance in the middle of the month', 3, () =>
      books.trialBalanceAt(instant((month.from + month.to) / 2)),
    )
    await measure('the trial balance, every balance compared with all transfers', 1, () =>
      ledger.trialBalance(),
    )
    return {
      database: server.title,
      postings: POSTINGS,
      accounts: PAYERS + PUBLISHERS + 2,
      sizeMib: await sizeOf(database),
      cells,
      bounds: [
        judge({ name: 'a balance, p99', kind: 'at most', limit: 2, unit: ' ms' }, balance.p99Ms),
        judge(
          {
            name: 'a month’s statement, every page, the slowest',
            kind: 'at most',
            limit: 1_000,
            unit: ' ms',
          },
          Math.max(ofPayer.mostMs, ofPublisher.mostMs),
        ),
      ],
      isRight: await agree(books, ledger, month, payer(1)),
    }
  } finally {
    await database.close()
    await server.stop()
  }
}

/** A month that has ended, in UTC. */
function lastMonth(now: Instant): { readonly from: Instant; readonly to: Instant } {
  const date = new Date(now)
  const first = (back: number) =>
    instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back))
  return { from: first(1), to: first(0) }
}

async function timesOf(
  title: string,
  times: number,
  work: (n: number) => Promise<unknown>,
): Promise<LedgerCell> {
  const tookMs: number[] = []
  for (let n = 0; n < times; n += 1) {
    const sinceMs = performance.now()
    await work(n)
    tookMs.push(performance.now() - sinceMs)
  }
  return {
    title,
    times,
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    mostMs: Math.max(...tookMs),
  }
}

type Asked = {
  readonly from: Instant
  readonly to: Instant
  readonly account: ReturnType<typeof accountNames.available>
}

/** Every page of a statement; its last balance. */
async function readWhole(books: Books, { account, from, to }: Asked) {
  let afterSeq: bigint | undefined
  for (;;) {
    const place = afterSeq === undefined ? {} : { afterSeq }
    const page = await books.statement({
      account,
      asset: USD.id,
      from,
      to,
      limit: PAGE_ENTRIES,
      ...place,
    })
    const last = page.entries.at(-1)
    const { closing } = page
    if (last !== undefined) afterSeq = last.transfer.seq
    if (page.entries.length < PAGE_ENTRIES) {
      return { lastBalance: last?.balance, posted: closing.creditsPosted - closing.debitsPosted }
    }
  }
}

/** Whether a statement's last entry, its closing, the balance and the trial balance agree to the unit. */
async function agree(
  books: Books,
  ledger: ReturnType<typeof createLedger>,
  month: { readonly from: Instant; readonly to: Instant },
  account: Asked['account'],
): Promise<boolean> {
  const { lastBalance, posted } = await readWhole(books, { account, ...month })
  const balance = await ledger.balance(undefined, account)
  const { sums, rebuilt } = await ledger.trialBalance()
  const isZero = [...sums.values()].every((sum) => sum === 0n) && rebuilt.length === 0
  return (
    isZero && posted === balance.posted && (lastBalance === undefined || lastBalance === posted)
  )
}

async function sizeOf(database: ReturnType<typeof createDatabase>): Promise<number> {
  const { rows } = await database.query<{ mib: bigint }>({
    text: `select sum(pg_total_relation_size(c.oid))::bigint / 1048576 as mib
      from pg_class c where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'r'`,
  })
  return Number(rows[0]?.mib ?? 0n)
}
