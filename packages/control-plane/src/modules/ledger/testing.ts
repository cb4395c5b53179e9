import { createIds, systemClock, USD, type Ids, type Money } from '@mcp-orchestra/kernel'
import { createDatabase, migrate, type Database } from '../../infra/postgres/index.ts'
import { startTestDatabase, type TEST_VERSIONS } from '../../infra/postgres/testing.ts'
import { createPostgresStore } from './adapters/postgres-store.ts'
import { createLedger, type Ledger } from './service.ts'

/** A ledger on a PostgreSQL of its own. */
export type LedgerBench = {
  readonly url: string
  readonly database: Database
  readonly ledger: Ledger
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
