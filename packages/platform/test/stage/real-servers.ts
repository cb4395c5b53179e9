import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../src/ports.ts'
import type { StagedServer } from './staged-server.ts'

const PACKAGES = path.resolve(import.meta.dirname, '../../../../node_modules/@modelcontextprotocol')

/** One call of one real server, and what its answer must say. */
export type RealCall = {
  readonly tool: string
  readonly args: Readonly<Record<string, string | number | boolean>>
  readonly says: string
}

/** The published MCP servers, ready to be put behind a relay. */
export type RealServers = {
  readonly servers: Readonly<Record<string, StagedServer>>
  readonly calls: Readonly<Record<string, RealCall>>
  close(): Promise<void>
}

/** Starts server-everything over HTTP and describes the ones that the gateway starts itself over stdio. */
export async function startRealServers(): Promise<RealServers> {
  const directory = await mkdtemp(path.join(tmpdir(), 'real-servers-'))
  await writeFile(path.join(directory, 'greeting.txt'), 'hello from a file')
  const everything = await startEverything()
  return {
    servers: {
      everything: {
        era: 'legacy',
        transport: { kind: 'http', url: everything.url, headers: {} },
      },
      'everything-stdio': overStdio('server-everything', ['stdio']),
      filesystem: overStdio('server-filesystem', [directory]),
      memory: overStdio('server-memory', [], {
        MEMORY_FILE_PATH: path.join(directory, 'memory.json'),
      }),
      'sequential-thinking': overStdio('server-sequential-thinking', []),
    },
    calls: {
      everything: { tool: 'echo', args: { message: 'over-http' }, says: 'over-http' },
      'everything-stdio': { tool: 'echo', args: { message: 'over-stdio' }, says: 'over-stdio' },
      filesystem: {
        tool: 'read_text_file',
        args: { path: path.join(directory, 'greeting.txt') },
        says: 'hello from a file',
      },
      memory: { tool: 'search_nodes', args: { query: 'nothing' }, says: '"entities"' },
      'sequential-thinking': {
        tool: 'sequentialthinking',
        args: { thought: 'one', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 },
        says: '"thoughtNumber": 1',
      },
    },
    async close() {
      await everything.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function overStdio(
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
): StagedServer {
  const entry = path.join(PACKAGES, name, 'dist/index.js')
  return {
    era: 'legacy',
    transport: { kind: 'stdio', command: process.execPath, args: [entry, ...args], env },
  }
}

/** Starts server-everything on a free port; it says on standard error when it listens. */
async function startEverything(): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort('127.0.0.1')
  const entry = path.join(PACKAGES, 'server-everything/dist/index.js')
  const child = spawn(process.execPath, [entry, 'streamableHttp'], {
    env: { PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const gone = once(child, 'exit')
  const lines = createInterface({ input: child.stderr })
  for await (const line of lines) if (line.includes('listening')) break
  child.stderr.resume()
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
