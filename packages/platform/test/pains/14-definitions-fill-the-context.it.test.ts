import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID_MARK } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestRelay, type KeyedTarget, type TestRelay } from '../stage/test-relay.ts'
import { ERAS, listTools, openAsker, resultOf } from './raw-asker.ts'

/** Tools in the catalog, and what their definitions may cost a model, in characters. */
const TOOLS = 400
const CONTEXT_CHARS_MAX = 3_000

let server: RawServer
let relay: TestRelay
let searched: KeyedTarget
beforeAll(async () => {
  const tools = Array.from({ length: TOOLS }, (_, index) => ({
    name: `tool_${index}`,
    description:
      index === 321 ? 'Translates poems into Greek' : `Does thing ${index}. ${'x'.repeat(300)}`,
    inputSchema: { type: 'object', properties: { poem: { type: 'string' } } },
  }))
  const list = `{"jsonrpc":"2.0","id":${ID_MARK},"result":${JSON.stringify({ tools })}}`
  const poem = `{"jsonrpc":"2.0","id":${ID_MARK},"result":{"content":[{"type":"text","text":"καλό"}]}}`
  server = await startRawServer({
    era: 'legacy',
    script: {
      'tools/list': { kind: 'json', text: list },
      tool_321: { kind: 'json', text: poem },
    },
  })
  const transport = { kind: 'http', url: server.url, headers: {} } as const
  relay = await startTestRelay({ big: { era: 'legacy', transport } })
  const url = new URL('/t/mcp', relay.aggregated.url).href
  searched = { ...relay.aggregated, url }
})
afterAll(async () => {
  await relay.close()
  await server.close()
})

it.each(ERAS)(
  'a %s client pays for three tools, and reaches all of a large catalog',
  async (era) => {
    const ask = await openAsker(era, searched)
    const call = async (name: string, args: object): Promise<string> =>
      JSON.stringify(resultOf(await ask('tools/call', { name, arguments: args }))['content'])
    const before = await listTools(ask)
    expect(before.map(({ name }) => name)).toEqual(['search_tools', 'describe_tool', 'call_tool'])
    expect(JSON.stringify(before).length).toBeLessThan(CONTEXT_CHARS_MAX)
    expect(await call('search_tools', { query: 'translate a poem', limit: 1 })).toContain(
      'tool_321',
    )
    expect(await call('describe_tool', { name: 'tool_321' })).toContain('inputSchema')
    const called = await call('call_tool', { name: 'tool_321', arguments: { poem: 'good' } })
    expect(called).toContain('καλό')
    expect(await listTools(ask)).toEqual(before)
    expect(server.arrivals.at(-1)?.call.text).toContain('"arguments":{"poem":"good"}')
  },
)
