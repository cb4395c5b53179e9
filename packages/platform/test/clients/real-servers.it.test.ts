import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { APP_ONLY, APP_PAGES, startAppServers, stdioAppServers } from '../stage/app-servers.ts'
import { startRealServers, type RealCall, type RealServers } from '../stage/real-servers.ts'
import type { StagedServer } from '../stage/staged-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import {
  connected,
  sdkV1,
  sdkV2Modern,
  type ConnectedClient,
  type ListedTool,
  type SdkClient,
} from './sdk-clients.ts'

const UI = {
  extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } },
}

/** A page or document of each server that has some, and a prompt. */
const RESOURCES: Readonly<Record<string, string>> = {
  everything: 'demo://resource/static/document/architecture.md',
  memory: 'memory://knowledge-graph',
  ...APP_PAGES,
}
const PROMPTS: Readonly<Record<string, string>> = { everything: 'simple-prompt' }

const STAGES = {
  stdio: ['budget', 'everything', 'filesystem', 'map', 'memory', 'monitor', 'sequential-thinking'],
  http: ['budget', 'everything', 'map', 'monitor'],
} as const
type Kind = keyof typeof STAGES

/** What a server says to a client that speaks with it itself. */
type Direct = {
  readonly tools: Awaited<ReturnType<ConnectedClient['tools']>>
  readonly contents: readonly unknown[]
  readonly messages: readonly unknown[]
}

let apps: RealServers
let calls: Readonly<Record<string, RealCall>>
let relays: Record<Kind, TestRelay>
let direct: Readonly<Record<string, Direct>>
const ends: (() => Promise<void>)[] = []

beforeAll(async () => {
  const [real, started] = await Promise.all([startRealServers(), startAppServers()])
  apps = started
  ends.push(real.close, apps.close)
  const { everything, 'everything-stdio': everythingStdio, ...others } = real.servers
  if (everything === undefined || everythingStdio === undefined) throw new Error('no everything')
  const stdio = { ...others, everything: everythingStdio, ...stdioAppServers().servers }
  const http = { everything, ...apps.servers }
  calls = { ...real.calls, ...apps.calls }
  relays = { stdio: await startTestRelay(stdio), http: await startTestRelay(http) }
  ends.push(relays.stdio.close, relays.http.close)
  const asked = Object.entries(stdio).map(async ([alias, server]) => [
    alias,
    await askDirectly(alias, server),
  ])
  direct = Object.fromEntries(await Promise.all(asked)) as Record<string, Direct>
})
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

async function askDirectly(alias: string, { transport }: StagedServer): Promise<Direct> {
  if (transport.kind !== 'stdio') throw new Error(`${alias} is not over stdio`)
  const { command, args, env } = transport
  const client = new Client({ name: 'direct', version: '1' }, { capabilities: UI })
  await client.connect(
    new StdioClientTransport({
      command,
      args: [...(args ?? [])],
      env: { ...env },
      stderr: 'ignore',
    }),
  )
  try {
    return await ask(alias, connected(client))
  } finally {
    await client.close()
  }
}

async function ask(alias: string, client: ConnectedClient): Promise<Direct> {
  const [uri, prompt] = [RESOURCES[alias], PROMPTS[alias]]
  return {
    tools: (await client.tools()).map(withoutExecution),
    contents: uri === undefined ? [] : await client.read(uri),
    messages: prompt === undefined ? [] : await client.prompt(prompt),
  }
}

/** How a tool goes with the tasks of 2025-11-25 is not said in 2026-07-28. */
function withoutExecution(tool: ListedTool): ListedTool {
  const { execution: _, ...rest }: ListedTool & { execution?: unknown } = tool
  return rest
}

async function withClient(
  sdk: SdkClient,
  target: Parameters<SdkClient['connect']>[0],
  capabilities: Parameters<SdkClient['connect']>[1],
  use: (client: ConnectedClient) => Promise<void>,
): Promise<void> {
  const client = await sdk.connect(target, capabilities)
  try {
    await use(client)
  } finally {
    await client.close()
  }
}

const CELLS = (['stdio', 'http'] as const).flatMap((kind) =>
  [sdkV1, sdkV2Modern].map((sdk) => ({ kind, sdk, label: `${sdk.label} over ${kind}` })),
)

describe.each(CELLS)('$label', ({ kind, sdk }) => {
  it.each(STAGES[kind])('%s says through its endpoint what it says directly', async (alias) => {
    await withClient(sdk, relays[kind].transparent(alias), UI, async (client) => {
      expect(await ask(alias, client)).toEqual(direct[alias])
      const call = calls[alias]
      expect(await client.call(call?.tool ?? '', call?.args ?? {})).toContain(call?.says)
    })
  })

  it('all servers say at the aggregate what they say directly, under their own names and addresses', async () => {
    await withClient(sdk, relays[kind].aggregated, UI, async (client) => {
      expect((await client.tools()).map(withoutExecution)).toEqual(
        STAGES[kind].flatMap((alias) => direct[alias]?.tools),
      )
      for (const alias of STAGES[kind]) {
        const { contents, messages } = await ask(alias, client)
        expect({ contents, messages }).toEqual({
          contents: direct[alias]?.contents,
          messages: direct[alias]?.messages,
        })
        const call = calls[alias]
        expect(await client.call(call?.tool ?? '', call?.args ?? {})).toContain(call?.says)
      }
    })
  })

  it('the app of the monitor calls its own tool', async () => {
    await withClient(sdk, relays[kind].aggregated, UI, async (client) => {
      expect(await client.call(APP_ONLY.tool, {})).toContain(APP_ONLY.says)
    })
  })

  it('a client without apps neither sees nor calls the tool of an app', async () => {
    await withClient(sdk, relays[kind].aggregated, {}, async (client) => {
      const names = await client.toolNames()
      expect(names).toContain('get-system-info')
      expect(names).not.toContain(APP_ONLY.tool)
      await expect(client.call(APP_ONLY.tool, {})).rejects.toThrow('unknown tool')
    })
  })
})

it.each([sdkV1, sdkV2Modern])(
  'the apps of two installations of one server keep to their own, $label',
  async (sdk) => {
    const { monitor } = apps.servers
    if (monitor === undefined) throw new Error('no monitor')
    const relay = await startTestRelay({ berlin: monitor, athens: monitor })
    try {
      await withClient(sdk, relay.aggregated, UI, async (client) => {
        const tools = await client.tools()
        const pages = ['athens', 'berlin'].map((alias) => {
          const shown = tools.find(({ name }) => name === `${alias}__get-system-info`)
          return (shown?._meta as { ui?: { resourceUri?: string } } | undefined)?.ui?.resourceUri
        })
        expect(pages).toEqual([APP_PAGES.monitor, 'ui://~berlin/system-monitor/mcp-app.html'])
        for (const uri of pages) {
          const [content] = await client.read(uri ?? '')
          expect(content).toEqual({ ...Object(direct['monitor']?.contents[0]), uri })
        }
        // An app says its server's own name of the tool; two have it, and neither is guessed.
        await expect(client.call(APP_ONLY.tool, {})).rejects.toThrow(`berlin__${APP_ONLY.tool}`)
        expect(await client.call(`berlin__${APP_ONLY.tool}`, {})).toContain(APP_ONLY.says)
      })
    } finally {
      await relay.close()
    }
  },
)

it('the servers with apps have pages, and one tool that models do not see', () => {
  for (const [alias, uri] of Object.entries(APP_PAGES)) {
    expect(direct[alias]?.contents).toMatchObject([
      {
        uri,
        mimeType: 'text/html;profile=mcp-app',
        text: expect.stringMatching(/^<!doctype html>/i),
      },
    ])
    const linked = direct[alias]?.tools.filter(({ _meta: meta }) =>
      JSON.stringify(meta ?? {}).includes(`"resourceUri":"${uri}"`),
    )
    expect(linked).toHaveLength(1)
  }
  const [hidden] = direct['monitor']?.tools.filter(({ name }) => name === APP_ONLY.tool) ?? []
  expect(hidden).toMatchObject({ _meta: { ui: { visibility: ['app'] } } })
})
