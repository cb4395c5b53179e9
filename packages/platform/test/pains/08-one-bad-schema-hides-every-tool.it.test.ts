import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ID_MARK } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { callText, ERAS, listTools, openAsker } from './raw-asker.ts'

/** Definitions for which clients refuse a list, or model APIs a conversation. */
const BAD = {
  'no-schema': 'null',
  'not-an-object': '{"type":"string"}',
  circle:
    '{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"$ref":"#/$defs/a"}}}',
  outside: '{"type":"object","properties":{"a":{"$ref":"https://schemas.example/a.json"}}}',
  nowhere: '{"type":"object","properties":{"a":{"$ref":"#/$defs/gone"}}}',
  deep: `${'{"type":"object","properties":{"a":'.repeat(100)}{}${'}}'.repeat(100)}`,
} as const

let servers: Record<'mixed' | 'good', RawServer>
let relay: TestRelay
beforeAll(async () => {
  const tools = Object.entries({ ...BAD, fine: '{"type":"object"}' }).map(
    ([name, schema]) => `{"name":"${name}","inputSchema":${schema}}`,
  )
  const text = `{"jsonrpc":"2.0","id":${ID_MARK},"result":{"tools":[${tools.join()}]}}`
  servers = {
    mixed: await startRawServer({
      era: 'legacy',
      script: { 'tools/list': { kind: 'json', text } },
    }),
    good: await startRawServer({
      era: 'legacy',
      script: {
        good: {
          kind: 'json',
          text: `{"jsonrpc":"2.0","id":${ID_MARK},"result":{"content":[{"type":"text","text":"good"}]}}`,
        },
      },
    }),
  }
  const over = ({ url }: RawServer) =>
    ({ era: 'legacy', transport: { kind: 'http', url, headers: {} } }) as const
  relay = await startTestRelay({ mixed: over(servers.mixed), good: over(servers.good) })
})
afterAll(async () => {
  await relay.close()
  await Promise.all([servers.mixed.close(), servers.good.close()])
})

it.each(ERAS)('a %s client sees and calls all tools but the bad ones', async (era) => {
  const ask = await openAsker(era, relay.aggregated)
  expect((await listTools(ask)).map(({ name }) => name)).toEqual(['good', 'fine'])
  expect(await callText(ask, 'good')).toContain('good')
  expect(await callText(ask, 'fine')).toContain('raw')
  for (const name of Object.keys(BAD)) await expect(callText(ask, name)).rejects.toThrow('unknown')
})

it('the server’s own endpoint keeps the list as it is', async () => {
  const ask = await openAsker('legacy', relay.transparent('mixed'))
  expect((await listTools(ask)).map(({ name }) => name)).toEqual([...Object.keys(BAD), 'fine'])
})

describe('a definition that nests deeper than anybody reads', () => {
  const CELLS = ERAS.flatMap((client) =>
    (['legacy', 'modern', 'stdio'] as const).map((server) => ({ client, server })),
  )
  const depth = 100_000
  const abyss = `{"name":"abyss","inputSchema":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`
  const script = (head: string) =>
    ({
      'tools/list': {
        kind: 'json',
        text: `{"jsonrpc":"2.0","id":${ID_MARK},"result":{${head}"tools":[{"name":"first","inputSchema":{"type":"object"}},${abyss},{"name":"last","inputSchema":{"type":"object"}}]}}`,
      },
    }) as const
  const cached = '"resultType":"complete","ttlMs":0,"cacheScope":"private",'
  let directory: string
  let behind: readonly RawServer[]
  let relays: Record<(typeof CELLS)[number]['server'], TestRelay>

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'abyss-'))
    const file = path.join(directory, 'script.json')
    await writeFile(file, JSON.stringify(script('')))
    const legacy = await startRawServer({ era: 'legacy', script: script('') })
    const modern = await startRawServer({ era: 'modern', script: script(cached) })
    behind = [legacy, modern]
    const http = ({ url }: RawServer) => ({ kind: 'http', url, headers: {} }) as const
    const main = path.resolve(import.meta.dirname, '../../src/fixture-server/raw-stdio.ts')
    const args = [main, '--script', file]
    const stdio = { kind: 'stdio', command: process.execPath, args, env: {} } as const
    relays = {
      legacy: await startTestRelay({ raw: { era: 'legacy', transport: http(legacy) } }),
      modern: await startTestRelay({ raw: { era: 'modern', transport: http(modern) } }),
      stdio: await startTestRelay({ raw: { era: 'legacy', transport: stdio } }),
    }
  })
  afterAll(async () => {
    await Promise.all(Object.values(relays).map((one) => one.close()))
    await Promise.all(behind.map((one) => one.close()))
    await rm(directory, { recursive: true })
  })

  it.each(CELLS)(
    'is kept out at both endpoints, and the others are seen and called: $client client, $server server',
    async ({ client, server }) => {
      for (const target of [relays[server].transparent('raw'), relays[server].aggregated]) {
        const ask = await openAsker(client, target)
        expect((await listTools(ask)).map(({ name }) => name)).toEqual(['first', 'last'])
        expect(await callText(ask, 'last')).toContain('raw')
      }
    },
  )
})
