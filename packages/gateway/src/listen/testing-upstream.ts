import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'

const require = createRequire(import.meta.url)

/** The script of the official `server-everything`: our best legacy upstream. */
export const EVERYTHING = require.resolve('@modelcontextprotocol/server-everything/dist/index.js')

/** A server that a test talks to. */
export type TestUpstream = { readonly url: string; stop(): Promise<void> }

/** Starts `server-everything` on a free port, over streamable HTTP or HTTP+SSE. */
export async function startEverything(
  mode: 'streamableHttp' | 'sse' = 'streamableHttp',
): Promise<TestUpstream> {
  const port = await freePort()
  const child = spawn(process.execPath, [EVERYTHING, mode], {
    env: { PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await firstOutput(child)
  return {
    url: `http://127.0.0.1:${port}/${mode === 'sse' ? 'sse' : 'mcp'}`,
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** Starts an HTTP server that answers as the test says. */
export async function startUpstream(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<TestUpstream & { connections(): number }> {
  const sockets = new Set<unknown>()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => answer(request, response, body))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    connections: () => sockets.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Waits until something holds, or fails after five seconds; polls, since nothing tells of it. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const { setTimeout: wait } = await import('node:timers/promises')
  for (let round = 0; round < 500; round += 1) {
    if (holds()) return
    await wait(10)
  }
  throw new Error(`it never happened: ${what}`)
}

async function firstOutput(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('the child has no stderr')
  await once(child.stderr, 'data')
  child.stderr.resume()
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
