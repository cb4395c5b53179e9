import { afterAll, beforeAll, expect, it } from 'vitest'
import { createV2, textOf } from '../clients/sdk-clients.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'

let fixture: FixtureServer
let hanging: RawServer
let relay: TestRelay
beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'both', port: 0 })
  hanging = await startRawServer({
    era: 'legacy',
    script: { initialize: { kind: 'hang' }, 'server/discover': { kind: 'hang' } },
  })
  const over = (url: string) => ({ kind: 'http', url, headers: {} }) as const
  relay = await startTestRelay({
    good: { era: 'legacy', transport: over(fixture.url) },
    alsogood: { era: 'modern', transport: over(fixture.url) },
    hanging: { era: 'legacy', transport: over(hanging.url), limits: { callTimeoutMs: 2_000 } },
    // Nobody listens on the discard port of the loopback.
    dead: { era: 'modern', transport: over('http://127.0.0.1:9/mcp') },
  })
})
afterAll(async () => {
  await relay.close()
  await Promise.all([fixture.close(), hanging.close()])
})

it.each(['legacy', 'modern'] as const)(
  'a %s client of the aggregate sees and calls the good servers, and hears what is wrong with a dead one',
  async (era) => {
    const { client, transport } = createV2(era, relay.aggregated)
    await client.connect(transport)
    try {
      const names = (await client.listTools()).tools.map(({ name }) => name)
      const name = names.find((each) => each.endsWith('test_simple_text')) ?? ''
      const { content } = await client.callTool({ name, arguments: {} })
      expect(textOf(content)).toContain('simple text response')
    } finally {
      await client.close()
    }
    const dead = createV2(era, relay.transparent('dead'))
    await expect(dead.client.connect(dead.transport)).rejects.toThrow(
      /cannot be reached|could not be reached|HTTP 50/,
    )
  },
)
