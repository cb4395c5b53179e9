import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { freePort } from '../../src/ports.ts'
import type { StagedServer } from './staged-server.ts'

const PACKAGES = path.resolve(import.meta.dirname, '../../../../node_modules/@modelcontextprotocol')

const entryOf = (name: string): string => path.join(PACKAGES, name, 'dist/index.js')

/** A published server that the gateway starts itself, by the name of its package. */
export function overStdio(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): StagedServer {
  return {
    era: 'legacy',
    transport: { kind: 'stdio', command: process.execPath, args: [entryOf(name), ...args], env },
  }
}

/** A published server that listens. */
export type ListeningServer = { readonly server: StagedServer; close(): Promise<void> }

/** Starts a published server on a free port; it says when it listens. */
export async function startOverHttp(
  name: string,
  args: readonly string[] = [],
): Promise<ListeningServer> {
  const port = await freePort('127.0.0.1')
  const child = spawn(process.execPath, [entryOf(name), ...args], {
    env: { PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = once(child, 'exit')
  const said = new PassThrough()
  for (const output of [child.stdout, child.stderr]) output.pipe(said, { end: false })
  void gone.then(() => said.end())
  let isListening = false
  for await (const line of createInterface({ input: said })) {
    isListening = line.includes('listening')
    if (isListening) break
  }
  if (!isListening) throw new Error(`${name} ended before it listened`)
  said.resume()
  const transport = { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} } as const
  return {
    server: { era: 'legacy', transport },
    async close() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
