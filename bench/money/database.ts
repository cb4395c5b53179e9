import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  findPostgresBinaries,
  startPostgres,
  type PostgresBinaries,
} from '../../packages/control-plane/src/infra/postgres/process/index.ts'
import { findTool, howToGet } from '../../tools/require-tool.ts'

/** A PostgreSQL with everything as the product runs it: `fsync` and `synchronous_commit` are on. */
export type MoneyDatabase = {
  readonly title: string
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** Starts the embedded PostgreSQL and the distribution's; a sentence for the one that is not installed. */
export async function startDatabases(): Promise<{
  readonly databases: readonly MoneyDatabase[]
  readonly missing: readonly string[]
}> {
  const databases = [await startEmbedded()]
  const debian = findTool('postgres15')
  if (debian === undefined) return { databases, missing: [howToGet('postgres15')] }
  const root = dirname(dirname(debian))
  databases.push(
    await start('PostgreSQL 15, of the distribution', { root, major: 15, version: '15' }),
  )
  return { databases, missing: [] }
}

/** Starts the embedded PostgreSQL alone. */
export async function startEmbedded(): Promise<MoneyDatabase> {
  const control = new URL('../../packages/control-plane/package.json', import.meta.url)
  const binaries = await findPostgresBinaries(control)
  return start(`PostgreSQL ${binaries.major}, embedded`, binaries)
}

async function start(title: string, binaries: PostgresBinaries): Promise<MoneyDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-postgres-'))
  // Strangers may pass through: as root the server runs as nobody.
  await chmod(dataDir, 0o711)
  const server = await startPostgres({ dataDir, binaries })
  return {
    title,
    url: server.url,
    pid: server.pid,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
