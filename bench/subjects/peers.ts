import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../packages/platform/src/ports.ts'
import { callTarget, REWRITTEN } from '../load/call-target.ts'
import { openSessions } from '../load/open-sessions.ts'
import { firstLine, readyLine, startProgram, type ChildProgram } from '../machine/child-program.ts'
import { untilListening } from '../machine/until-listening.ts'
import { TOOLS } from '../upstream/message.ts'
import { STDIO_UPSTREAM } from '../upstream/start-upstream.ts'
import type { Subject } from './subject.ts'

/** A peer that runs. */
export type Peer = { readonly subject: Omit<Subject, 'name'>; stop(): Promise<void> }

const SDK_GATEWAY = fileURLToPath(new URL('../peers/sdk-gateway.ts', import.meta.url))
const MODULES = new URL('../../node_modules/', import.meta.url)

/** The textbook gateway on the official SDK 1.x, in front of the HTTP upstream; undefined without the SDK. */
export async function startSdkGateway(upstreamUrl: string): Promise<Peer | undefined> {
  if (!existsSync(new URL('@modelcontextprotocol/sdk/package.json', MODULES))) return undefined
  const program = startProgram(process.execPath, [SDK_GATEWAY, upstreamUrl], { core: 0 })
  const { port } = await firstLine(program, readyLine)
  return peerOf(program, port, 'textbook gateway on the official SDK')
}

/** `mcp-proxy` from npm, which starts the stdio upstream itself; undefined when it is not installed. */
export async function startMcpProxy(): Promise<Peer | undefined> {
  const entry = new URL('mcp-proxy/dist/bin/mcp-proxy.mjs', MODULES)
  if (!existsSync(entry)) return undefined
  const port = await freePort('127.0.0.1')
  const program = startProgram(
    process.execPath,
    [
      fileURLToPath(entry),
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--server',
      'stream',
      '--',
      process.execPath,
      STDIO_UPSTREAM,
    ],
    { core: 0 },
  )
  program.child.stdout?.resume()
  program.child.stderr?.resume()
  await untilListening(port)
  return peerOf(program, port, 'mcp-proxy → stdio')
}

function peerOf(program: ChildProgram, port: number, title: string): Peer {
  const url = `http://127.0.0.1:${port}/mcp`
  return {
    subject: {
      title,
      firstWarmupS: 15,
      rootPid: program.pid,
      behindPids: () => [],
      target: async (clients) =>
        callTarget({
          url,
          tool: TOOLS.free,
          era: 'legacy',
          reply: REWRITTEN,
          sessions: await openSessions(url, clients),
        }),
    },
    stop: () => program.stop(),
  }
}
