import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startRealServers, type RealCall, type RealServers } from '../stage/real-servers.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { runInspector } from './inspector.ts'
import { sdkV1, sdkV2Auto, sdkV2Legacy, sdkV2Modern } from './sdk-clients.ts'

const ALIASES = ['everything', 'everything-stdio', 'filesystem', 'memory', 'sequential-thinking']

let real: RealServers
let fixture: FixtureServer
let stage: TestPlatform
let payer: Payer

beforeAll(async () => {
  real = await startRealServers()
  fixture = await startFixtureServer({ era: 'modern', port: 0 })
  stage = await startTestPlatform({
    ...real.servers,
    fixture: { era: 'modern', transport: { kind: 'http', url: fixture.url } },
  })
  payer = await stage.foundPayer('matrix')
})
afterAll(async () => {
  await stage.close()
  await Promise.all([fixture.close(), real.close()])
})

describe.each([sdkV1, sdkV2Legacy])('$label', (sdk) => {
  it.each(ALIASES)('lists and calls a tool of %s through its own endpoint', async (alias) => {
    const { tool, args, says } = callFor(alias)
    const client = await sdk.connect(stage.transparent(alias, payer))
    try {
      expect(await client.toolNames()).toContain(tool)
      expect(await client.call(tool, args)).toContain(says)
    } finally {
      await client.close()
    }
  })

  it('lists the tools of the servers of both eras in the aggregate and calls one of each', async () => {
    const client = await sdk.connect(stage.aggregated(payer))
    try {
      const names = await client.toolNames()
      expect(new Set(names).size).toBe(names.length)
      for (const alias of ALIASES) {
        const { tool, args, says } = callFor(alias)
        const name = aggregatedName(names, alias, tool)
        expect(await client.call(name, args)).toContain(says)
      }
      expect(names).toContain('test_simple_text')
      expect(await client.call('test_simple_text', {})).toContain('simple text response')
    } finally {
      await client.close()
    }
  })
})

describe('the Inspector', () => {
  it.each(ALIASES)('lists and calls a tool of %s through its own endpoint', async (alias) => {
    const { tool, args, says } = callFor(alias)
    const target = stage.transparent(alias, payer)
    const listed = await runInspector(target, ['--method', 'tools/list'])
    expect(listed).toContain(`"${tool}"`)
    const called = await runInspector(target, callArgs(tool, args))
    expect(JSON.stringify(JSON.parse(called))).toContain(JSON.stringify(says).slice(1, -1))
  })

  it('lists the aggregate and calls a tool of each server in it', async () => {
    const listed = JSON.parse(
      await runInspector(stage.aggregated(payer), ['--method', 'tools/list']),
    ) as {
      result?: { tools: { name: string }[] }
      tools?: { name: string }[]
    }
    const names = (listed.tools ?? listed.result?.tools ?? []).map((tool) => tool.name)
    for (const alias of ALIASES) {
      const { tool, args } = callFor(alias)
      // The Inspector leaves its sessions open, and a caller's open sessions may hold 16 processes.
      const other = await stage.foundPayer(`inspector-${alias}`)
      const called = await runInspector(
        stage.aggregated(other),
        callArgs(aggregatedName(names, alias, tool), args),
      )
      expect(called).toContain('"content"')
    }
  })
})

describe('SDK v2 in modern mode', () => {
  it('lists and calls the modern fixture through its own endpoint', async () => {
    const client = await sdkV2Modern.connect(stage.transparent('fixture', payer))
    try {
      expect(await client.toolNames()).toContain('test_simple_text')
      expect(await client.call('test_simple_text', {})).toBe(
        'This is a simple text response for testing.',
      )
    } finally {
      await client.close()
    }
  })

  it('lists the tools of the servers of both eras in the aggregate and calls one of each', async () => {
    const client = await sdkV2Modern.connect(stage.aggregated(payer))
    try {
      const names = await client.toolNames()
      expect(new Set(names).size).toBe(names.length)
      for (const alias of ALIASES) {
        const { tool, args, says } = callFor(alias)
        expect(await client.call(aggregatedName(names, alias, tool), args)).toContain(says)
      }
      expect(names).toContain('test_simple_text')
      expect(await client.call('test_simple_text', {})).toContain('simple text response')
    } finally {
      await client.close()
    }
  })
})

describe('SDK v2 that finds out the era', () => {
  it.each([
    ['everything', 'echo', { message: 'hi' }, 'hi'],
    ['fixture', 'test_simple_text', {}, 'simple text'],
  ])('speaks with %s in the era of that server', async (alias, tool, args, says) => {
    const client = await sdkV2Auto.connect(stage.transparent(alias, payer))
    try {
      expect(await client.toolNames()).toContain(tool)
      expect(await client.call(tool, args)).toContain(says)
    } finally {
      await client.close()
    }
  })
})

function callFor(alias: string): RealCall {
  const call = real.calls[alias]
  if (call === undefined) throw new Error(`no call for ${alias}`)
  return call
}

/** A colliding name carries its alias; the others are as their servers call them (architecture §10). */
function aggregatedName(names: readonly string[], alias: string, tool: string): string {
  const [name] = [`${alias}__${tool}`, tool].filter((each) => names.includes(each))
  if (name === undefined) throw new Error(`${tool} of ${alias} is not in the aggregate`)
  return name
}

function callArgs(tool: string, args: RealCall['args']): string[] {
  const pairs = Object.entries(args).flatMap(([name, value]) => [
    '--tool-arg',
    `${name}=${String(value)}`,
  ])
  return ['--method', 'tools/call', '--tool-name', tool, ...pairs]
}
