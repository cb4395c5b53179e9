import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID_MARK } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { FOUR_CELLS } from './four-cells.ts'
import { openAsker } from './raw-asker.ts'

/** A definition and a result with all that gateways drop, and numbers and spaces that a parser would not keep. */
const DEFINITION =
  '{"name":"weather","title":"Weather","inputSchema":{"type":"object","$defs":{"a":{"const":1.0}}},' +
  '"outputSchema":{"type":"object","properties":{"degrees":{"type":"number"}}},' +
  '"annotations":{"readOnlyHint":true,"com.example/hint":null},"icons":[{"src":"data:,"}],' +
  '"_meta":{"com.example/a":12345678901234567890},"com.example/new": [ 1e2 ]}'
const MEMBERS =
  '"content":[{"type":"com.example/hologram","depth":1.50},{"type":"text","text":"\\u0041",' +
  '"annotations":{"priority":1.0},"_meta":{"com.example/b":0}}],' +
  '"structuredContent":{"degrees":-3.50},"com.example/more": {"x" : 1}'

const servers: Partial<Record<string, RawServer>> = {}
const relays: Partial<Record<string, TestRelay>> = {}
beforeAll(async () => {
  for (const era of ['legacy', 'modern'] as const) {
    const done = era === 'modern' ? '"resultType":"complete",' : ''
    const cached = era === 'modern' ? `${done}"ttlMs":0,"cacheScope":"private",` : ''
    const answer = (members: string) =>
      ({ kind: 'json', text: `{"jsonrpc":"2.0","id":${ID_MARK},"result":{${members}}}` }) as const
    const server = await startRawServer({
      era,
      script: {
        'tools/list': answer(`${cached}"tools":[${DEFINITION}]`),
        weather: answer(done + MEMBERS),
      },
    })
    servers[era] = server
    relays[era] = await startTestRelay({
      raw: { era, transport: { kind: 'http', url: server.url, headers: {} } },
    })
  }
})
afterAll(async () => {
  for (const relay of Object.values(relays)) await relay?.close()
  for (const server of Object.values(servers)) await server?.close()
})

it.each(FOUR_CELLS)(
  '$client client, $server server, $endpoint: definitions and results keep every byte',
  async ({ client, server, endpoint }) => {
    const relay = relays[server]
    if (relay === undefined) throw new Error('no relay')
    const target = endpoint === 'aggregated' ? relay.aggregated : relay.transparent('raw')
    const ask = await openAsker(client, target)
    expect((await ask('tools/list')).at(-1)).toContain(DEFINITION)
    expect((await ask('tools/call', { name: 'weather', arguments: {} })).at(-1)).toContain(MEMBERS)
  },
)
