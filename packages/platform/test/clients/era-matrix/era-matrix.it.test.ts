import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../../src/fixture-server/start-fixture-server.ts'
import type { StagedServer } from '../../stage/staged-server.ts'
import { startTestRelay, type TestRelay } from '../../stage/test-relay.ts'
import { FEATURES } from './features.ts'
import {
  connectMatrixClient,
  eraOf,
  REVISIONS,
  type MatrixClient,
  type MatrixColumn,
  type Revision,
} from './matrix-client.ts'

const MAIN = path.resolve(import.meta.dirname, '../../../src/fixture-server/main.ts')

const CLIENTS: readonly MatrixColumn[] = [
  { sdk: 'SDK v1', revision: '2025-11-25' },
  ...REVISIONS.map((revision) => ({ sdk: 'SDK v2', revision }) as const),
]
const TRANSPORTS = ['http', 'stdio'] as const

let fixtures: Record<Revision, FixtureServer>
let relay: TestRelay
let directory: string
let cancelledLog: string

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'era-matrix-'))
  cancelledLog = path.join(directory, 'cancelled')
  await writeFile(cancelledLog, '')
  const started = await Promise.all(
    REVISIONS.map(async (revision) => {
      const speaks = { era: eraOf(revision), revision, cancelledLog, port: 0 } as const
      return [revision, await startFixtureServer(speaks)] as const
    }),
  )
  fixtures = Object.fromEntries(started) as Record<Revision, FixtureServer>
  const servers: Record<string, StagedServer> = {}
  for (const revision of REVISIONS) {
    const era = eraOf(revision)
    servers[`http-${revision}`] = {
      era,
      transport: { kind: 'http', url: fixtures[revision].url, headers: {} },
    }
    const log = ['--cancelled-log', cancelledLog]
    const args = [MAIN, '--stdio', '--era', era, '--revision', revision, ...log]
    servers[`stdio-${revision}`] = {
      era,
      transport: { kind: 'stdio', command: process.execPath, args, env: {} },
    }
  }
  relay = await startTestRelay(servers)
})
afterAll(async () => {
  await relay.close()
  await Promise.all(Object.values(fixtures).map((fixture) => fixture.close()))
  await rm(directory, { recursive: true })
})

describe.each(CLIENTS)('$sdk, $revision', (column) => {
  describe.each(REVISIONS)('with a server of %s', (server) => {
    describe.each(TRANSPORTS)('over %s', (transport) => {
      let client: MatrixClient
      beforeAll(async () => {
        client = await connectMatrixClient(column, relay.transparent(`${transport}-${server}`))
      })
      afterAll(() => client.close())
      beforeEach(() => {
        client.asked.length = 0
        client.heard.length = 0
      })

      it.each(FEATURES)('$name', async ({ works, absent }) => {
        const isAbsent = absent?.when(column.revision, server) === true
        await (isAbsent ? absent.seen : works)({ client, server, cancelledLog })
      })
    })
  })
})
