import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { overStdio, startOverHttp } from './published-server.ts'
import type { StagedServer } from './staged-server.ts'

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
  const everything = await startOverHttp('server-everything', ['streamableHttp'])
  return {
    servers: {
      everything: everything.server,
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
