import { parseArgs } from 'node:util'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createFixtureMcpServer } from './fixture-mcp-server.ts'
import { createFixtureShared, startFixtureServer, type FixtureEra } from './start-fixture-server.ts'

const ERAS: readonly string[] = ['legacy', 'modern', 'both'] satisfies FixtureEra[]

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env['PORT'] ?? '0' },
    era: { type: 'string', default: 'both' },
    stdio: { type: 'boolean', default: false },
  },
})

if (values.stdio) {
  const shared = createFixtureShared()
  serveStdio(() => createFixtureMcpServer(shared, 'legacy'))
} else {
  if (!ERAS.includes(values.era)) throw new Error('--era is legacy, modern or both')
  const server = await startFixtureServer({
    era: values.era as FixtureEra,
    port: Number(values.port),
  })
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url })}\n`)
  process.once('SIGTERM', () => void server.close())
}
