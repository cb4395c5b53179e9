import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, DatabaseError } from 'pg'
import { columnTypes } from './column-types.ts'
import { refuseOldServer } from './server-version.ts'

/** A folder of `NNNN_name.sql` files; `name` is what the database remembers of it, for ever. */
export type MigrationFolder = { readonly name: string; readonly directory: URL | string }

/** One file that was applied. */
export type AppliedMigration = { readonly folder: string; readonly file: string }

/** A migration that cannot go on; the message is a sentence for the operator. */
export class MigrationError extends Error {
  override name = 'MigrationError'
}

/** One number for all processes of the product: two that migrate at once must meet (infra.md 1.3). */
const ADVISORY_LOCK_KEY = 7_300_730_115n
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/
const REMEMBERED = `create table if not exists public.schema_migrations (
  folder text not null,
  file text not null,
  checksum text not null,
  applied_at timestamptz not null default now(),
  primary key (folder, file)
)`

type Migration = { readonly folder: string; readonly file: string; readonly sql: string }

/**
 * Applies what is missing, folder by folder and number by number, each file in one transaction, under
 * an advisory lock. Refuses PostgreSQL before 15, a file that changed after it was applied, and a
 * database that knows files which this version of the product does not.
 */
export async function migrate(options: {
  readonly url: string
  readonly folders: readonly MigrationFolder[]
}): Promise<readonly AppliedMigration[]> {
  const migrations = (await Promise.all(options.folders.map(readFolder))).flat()
  const client = new Client({ connectionString: options.url, types: columnTypes })
  await client.connect()
  try {
    await requireVersion(client)
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK_KEY])
    await client.query(REMEMBERED)
    const missing = await missingFrom(client, migrations)
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ folder, file }) => ({ folder, file }))
  } finally {
    // The lock belongs to the connection and ends with it.
    await client.end()
  }
}

async function readFolder({ name, directory }: MigrationFolder): Promise<Migration[]> {
  const path = directory instanceof URL ? fileURLToPath(directory) : directory
  const files = (await readdir(path)).filter((file) => file.endsWith('.sql')).toSorted()
  const numbers = new Set<string>()
  for (const file of files) {
    if (!FILE_NAME.test(file)) {
      throw new MigrationError(`Migration ${name}/${file} must be named NNNN_name.sql.`)
    }
    if (numbers.has(file.slice(0, 4))) {
      throw new MigrationError(`Two migrations in ${name} have the number ${file.slice(0, 4)}.`)
    }
    numbers.add(file.slice(0, 4))
  }
  return Promise.all(
    files.map(async (file) => ({
      folder: name,
      file,
      sql: await readFile(join(path, file), 'utf8'),
    })),
  )
}

async function requireVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  )
  const sentence = refuseOldServer(rows[0]?.number ?? '', rows[0]?.version ?? 'unknown')
  if (sentence !== undefined) throw new MigrationError(sentence)
}

async function missingFrom(client: Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ folder: string; file: string; checksum: string }>(
    'select folder, file, checksum from public.schema_migrations',
  )
  const applied = new Map(rows.map((row) => [`${row.folder}/${row.file}`, row.checksum]))
  const missing: Migration[] = []
  for (const migration of migrations) {
    const name = `${migration.folder}/${migration.file}`
    const checksum = applied.get(name)
    applied.delete(name)
    if (checksum === undefined) missing.push(migration)
    else if (checksum !== checksumOf(migration.sql)) {
      throw new MigrationError(
        `Migration ${name} was changed after it was applied to this database. Put its text back and write a new migration.`,
      )
    }
  }
  const folders = new Set(migrations.map(({ folder }) => folder))
  const unknown = [...applied.keys()].filter((name) => folders.has(name.split('/')[0] ?? ''))
  if (unknown.length > 0) {
    throw new MigrationError(
      `This database was migrated by a later version (it knows ${unknown.join(', ')}). Start that version or a later one.`,
    )
  }
  return missing
}

async function apply(client: Client, { folder, file, sql }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query(
      'insert into public.schema_migrations (folder, file, checksum) values ($1, $2, $3)',
      [folder, file, checksumOf(sql)],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw new MigrationError(`Migration ${folder}/${file}${placeOf(error, sql)}`, { cause: error })
  }
}

/** ` line 12: relation "x" already exists`: where in the file the server stopped. */
function placeOf(error: unknown, sql: string): string {
  if (!(error instanceof DatabaseError)) return `: ${String(error)}`
  if (error.position === undefined) return `: ${error.message}`
  const line = sql.slice(0, Number.parseInt(error.position, 10)).split('\n').length
  return ` line ${line}: ${error.message}`
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex')
}
