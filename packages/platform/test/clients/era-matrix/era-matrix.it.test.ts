import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../../src/fixture-server/start-fixture-server.ts'
import { startSseFixture } from '../../stage/sse-fixture.ts'
import type { StagedServer } from '../../stage/staged-server.ts'
import { startTestRelay, type TestRelay } from '../../stage/test-relay.ts'
import { FEATURES } from './features.ts'
import {
  connectMatrixClient,
  eraOf,
  REVISIONS,
  type MatrixClient,
  type MatrixColumn,
} from './matrix-client.ts'

const MAIN = path.resolve(import.meta.dirname, '../../../src/fixture-server/main.ts')

const CLIENTS: readonly MatrixColumn[] = [
  { sdk: 'SDK v1', revision: '2025-11-25' },
  ...REVISIONS.map((revision) => ({ sdk: 'SDK v2', revision }) as const),
  { sdk: 'SDK v2 over HTTP+SSE', revision: '2024-11-05' },
]

/** HTTP+SSE is of 2024-11-05; servers go on serving it in later legacy revisions. */
const SSE_SERVERS = ['2024-11-05', '2025-11-25'] as const

/** Where clients come in, and how the server behind is reached. */
const WAYS = [
  { endpoint: 'transparent', transport: 'http', servers: REVISIONS },
  { endpoint: 'transparent', transport: 'stdio', servers: REVISIONS },
  { endpoint: 'transparent', transport: 'sse', servers: SSE_SERVERS },
  { endpoint: 'aggregated', transport: 'http', servers: REVISIONS },
  { endpoint: 'aggregated', transport: 'sse', servers: SSE_SERVERS },
] as const
const CELLS = WAYS.flatMap(({ endpoint, transport, servers }) =>
  servers.map((server) => ({ server, transport, endpoint })),
)

let fixtures: readonly FixtureServer[]
let relay: TestRelay
let directory: string
let cancelledLog: string

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'era-matrix-'))
  cancelledLog = path.join(directory, 'cancelled')
  await writeFile(cancelledLog, '')
  const servers: Record<string, StagedServer> = {}
  const over = (url: string) => ({ kind: 'http', url, headers: {} }) as const
  const http = REVISIONS.map(async (revision) => {
    const era = eraOf(revision)
    const fixture = await startFixtureServer({ era, revision, cancelledLog, port: 0 })
    servers[`http-${revision}`] = { era, transport: over(fixture.url) }
    return fixture
  })
  const sse = SSE_SERVERS.map(async (revision) => {
    const fixture = await startSseFixture({ revision, cancelledLog })
    servers[`sse-${revision}`] = { era: 'legacy', transport: over(fixture.url) }
    return fixture
  })
  fixtures = await Promise.all([...http, ...sse])
  for (const revision of REVISIONS) {
    const era = eraOf(revision)
    const log = ['--cancelled-log', cancelledLog]
    const args = [MAIN, '--stdio', '--era', era, '--revision', revision, ...log]
    servers[`stdio-${revision}`] = {
      era,
      transport: { kind: 'stdio', command: process.execPath, args, env: {} },
    }
  }
  relay = await startTestRelay(servers, { legacySse: true })
})
afterAll(async () => {
  await relay.close()
  await Promise.all(fixtures.map((fixture) => fixture.close()))
  await rm(directory, { recursive: true })
})

describe.each(CLIENTS)('$sdk, $revision', (column) => {
  describe.each(CELLS)(
    'with a server of $server over $transport, $endpoint',
    ({ server, transport, endpoint }) => {
      const alias = `${transport}-${server}`
      let client: MatrixClient
      beforeAll(async () => {
        const target =
          endpoint === 'aggregated' ? relay.aggregatedFor(alias) : relay.transparent(alias)
        client = await connectMatrixClient(column, target)
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
    },
  )
})
