import type { ArchiveProof } from '@mcp-orchestra/api/ledger-archive'
import { createDatabase } from '../infra/postgres/index.ts'
import { postgresRestoreStore, restoreArchives } from '../modules/ledger/index.ts'
import { migrateAll } from './migrate.ts'

/** Restores a ledger from its archives, the oldest first, into a database that has none yet. */
export async function restoreLedger(
  url: string,
  archives: readonly AsyncIterable<string>[],
): Promise<readonly ArchiveProof[]> {
  await migrateAll(url)
  const database = createDatabase({ url, applicationName: 'mcp-orchestra restore', poolSize: 1 })
  try {
    const { transactions } = database
    return await restoreArchives({ transactions, store: postgresRestoreStore }, archives)
  } finally {
    await database.close()
  }
}
