import {
  createIds,
  systemClock,
  toRfc3339,
  toUuid,
  USD,
  type Ids,
  type Instant,
  type Money,
} from '@mcp-orchestra/kernel'
import { createDatabase, migrate, type Database } from '../../infra/postgres/index.ts'
import { startTestDatabase, type TEST_VERSIONS } from '../../infra/postgres/testing.ts'
import type { AccountName } from './account-name.ts'
import { postgresBooksStore } from './adapters/postgres-books-store.ts'
import { createPostgresStore } from './adapters/postgres-store.ts'
import { createBooks, type Books } from './books.ts'
import { createLedger, type Ledger } from './service.ts'

/** A ledger on a PostgreSQL of its own. */
export type LedgerBench = {
  readonly url: string
  readonly database: Database
  readonly ledger: Ledger
  readonly books: Books
  readonly ids: Ids
  stop(): Promise<void>
}

/** Starts a database with the ledger's schema and nothing else. */
export async function startLedgerBench(
  version: (typeof TEST_VERSIONS)[number],
  poolSize = 10,
): Promise<LedgerBench> {
  const server = await startTestDatabase({ version })
  await migrate({
    url: server.url,
    folders: [{ name: 'ledger', directory: new URL('./migrations/', import.meta.url) }],
  })
  const database = createDatabase({ url: server.url, applicationName: 'ledger test', poolSize })
  return {
    url: server.url,
    database,
    ledger: createLedger({ store: createPostgresStore(database) }),
    books: createBooks({ store: postgresBooksStore, transactions: database.transactions }),
    ids: createIds(systemClock),
    async stop() {
      await database.close()
      await server.stop()
    },
  }
}

/** Atto-USD. */
export function usd(amount: bigint): Money {
  return { amount, asset: USD.id }
}

/** The code of a thrown problem, or the error's own text. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** A transfer of the past; two of the platform's accounts, which nothing limits. */
export type OldTransfer = {
  readonly kind: 'X' | 'H' | 'P' | 'V'
  readonly debit: AccountName
  readonly credit: AccountName
  readonly amount: bigint
  readonly at: Instant
  /** The hold that a post or a void resolves. */
  readonly hold?: { readonly id: string; readonly amount: bigint }
}

/** Writes transfers in their order, each at its own time, around the service; returns their ids. */
export async function writeOldTransfers(
  { database, ids }: Pick<LedgerBench, 'database' | 'ids'>,
  transfers: readonly OldTransfer[],
): Promise<string[]> {
  const written: string[] = []
  for (const { kind, debit, credit, amount, at, hold } of transfers) {
    const id = toUuid(ids.make('txn'))
    await database.query({
      text: `insert into ledger.transfers (id, kind, debit_id, credit_id, asset_id, amount, at, hold_id,
          hold_amount)
        select $1, $2, d.id, c.id, d.asset_id, $5, $6, $7, $8
        from ledger.accounts d, ledger.accounts c
        where d.name = $3 and c.name = $4 and d.asset_id = 1 and c.asset_id = 1`,
      values: [
        id,
        kind,
        debit,
        credit,
        amount,
        toRfc3339(at),
        hold?.id ?? null,
        hold?.amount ?? null,
      ],
    })
    written.push(id)
  }
  return written
}
