import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MCPConfig } from '@mcp-orchestra/sdk'
import { programOf } from './package-program.ts'

/** A server of the demo: what to register, and what its tools cost per call in US dollars. */
export type DemoServer = {
  readonly config: MCPConfig & { readonly alias: string }
  readonly prices: Readonly<Record<string, string>>
}

/** A demo server that speaks HTTP and so runs as a process of the platform. */
export type HttpDemo = {
  readonly alias: string
  /** Arguments for Node. */
  readonly args: (port: number) => readonly string[]
  readonly env: (port: number) => Readonly<Record<string, string>>
}

const EVERYTHING = '@modelcontextprotocol/server-everything'

/** Demo servers over HTTP: the official everything server (legacy), and our fixture (modern). */
export const HTTP_DEMOS: readonly HttpDemo[] = [
  {
    alias: 'everything',
    args: () => [
      '--import',
      new URL('./loopback-preload.ts', import.meta.url).href,
      programOf(EVERYTHING),
      'streamableHttp',
    ],
    env: (port) => ({ PORT: String(port) }),
  },
  {
    alias: 'fixture',
    args: (port) => [
      fileURLToPath(new URL('../fixture-server/main.ts', import.meta.url)),
      '--port',
      String(port),
      '--era',
      'modern',
    ],
    env: () => ({}),
  },
]

/** All servers of the demo; `urls` are those of {@link HTTP_DEMOS} by alias. */
export function demoServers(
  folder: string,
  urls: Readonly<Record<string, string>>,
): readonly DemoServer[] {
  const files = join(folder, 'files')
  mkdirSync(files, { recursive: true, mode: 0o700 })
  writeFileSync(join(files, 'welcome.txt'), WELCOME, { mode: 0o600 })
  return [
    {
      config: {
        alias: 'everything',
        name: 'Everything, over HTTP',
        transport: { kind: 'http', url: urls['everything'] ?? '' },
      },
      prices: { echo: '0.001' },
    },
    stdio('everything-stdio', 'Everything, over stdio', [programOf(EVERYTHING), 'stdio'], {
      echo: '0.001',
    }),
    stdio('filesystem', 'Files of the demo folder', [
      programOf('@modelcontextprotocol/server-filesystem'),
      files,
    ]),
    stdio(
      'memory',
      'A knowledge graph',
      [programOf('@modelcontextprotocol/server-memory')],
      {},
      { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
    ),
    stdio(
      'sequential-thinking',
      'Thinking, step by step',
      [programOf('@modelcontextprotocol/server-sequential-thinking')],
      { sequentialthinking: '0.002' },
    ),
    {
      config: {
        alias: 'fixture',
        name: 'Test fixture (modern era)',
        protocol: 'MCP-v2',
        transport: { kind: 'http', url: urls['fixture'] ?? '' },
      },
      prices: { test_simple_text: '0.001' },
    },
  ]
}

const WELCOME =
  'Hello. This folder is all that the filesystem server of the demo may read and write.\n'

function stdio(
  alias: string,
  name: string,
  args: readonly string[],
  prices: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): DemoServer {
  return {
    config: {
      alias,
      name,
      protocol: 'MCP-v1',
      transport: { kind: 'stdio', command: process.execPath, args, env: { ...env } },
    },
    prices,
  }
}
