import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEmbeddedPostgres } from './start-embedded-postgres.ts'

/** The system identifier that initdb draws: the first 8 bytes of the control file. */
async function identifierOf(dataDir: string): Promise<string> {
  const file = await readFile(join(dataDir, 'cluster', 'global', 'pg_control'))
  return file.subarray(0, 8).toString('hex')
}

test('the platform has a PostgreSQL of its own, and a second start finds the same one', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'orchestra-platform-'))
  try {
    const first = await startEmbeddedPostgres({ dataDir })
    const identifier = await identifierOf(dataDir)
    await first.stop()
    const second = await startEmbeddedPostgres({ dataDir })
    expect(second).toMatchObject({ adopted: false, url: first.url })
    expect(await identifierOf(dataDir)).toBe(identifier)
    await second.stop()
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
