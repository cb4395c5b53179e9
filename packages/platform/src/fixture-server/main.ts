import { parseArgs } from 'node:util'
import { serveFixtureStdio } from './serve-fixture-stdio.ts'
import { startFixtureServer, type FixtureEra } from './start-fixture-server.ts'

const ERAS: readonly string[] = ['legacy', 'modern', 'both'] satisfies FixtureEra[]

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env['PORT'] ?? '0' },
    era: { type: 'string', default: 'both' },
    /** The only legacy revision that is spoken; all of them when absent. */
    revision: { type: 'string' },
    stdio: { type: 'boolean', default: false },
    'cancelled-log': { type: 'string' },
  },
})
if (!ERAS.includes(values.era)) throw new Error('--era is legacy, modern or both')
const speaks = {
  era: values.era as FixtureEra,
  revision: values.revision,
  cancelledLog: values['cancelled-log'],
}

if (values.stdio) {
  await serveFixtureStdio(speaks)
} else {
  const server = await startFixtureServer({ ...speaks, port: Number(values.port) })
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url })}\n`)
  process.once('SIGTERM', () => void server.close())
}
