import {
  migrate,
  translateSqlError,
  type AppliedMigration,
  type MigrationFolder,
} from '../infra/postgres/index.ts'

/** Every folder of migrations, in the order in which they build upon one another. */
export const MIGRATION_FOLDERS: readonly MigrationFolder[] = [
  folder('snapshot', '../infra/snapshot/migrations/'),
  folder('audit', '../infra/audit/migrations/'),
  folder('identity', '../modules/identity/migrations/'),
  folder('ledger', '../modules/ledger/migrations/'),
  folder('hub', '../modules/hub/migrations/'),
  folder('metering', '../modules/metering/migrations/'),
  folder('payments', '../modules/payments/migrations/'),
  folder('billing', '../modules/billing/migrations/'),
]

/** Brings a database up to this version of the product; two processes may try at once. */
export async function migrateAll(url: string): Promise<readonly AppliedMigration[]> {
  try {
    return await migrate({ url, folders: MIGRATION_FOLDERS })
  } catch (error) {
    throw translateSqlError(error)
  }
}

function folder(name: string, path: string): MigrationFolder {
  return { name, directory: new URL(path, import.meta.url) }
}
