import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { Problem, type Ids } from '@mcp-orchestra/kernel'
import { corsHeaders, METHODS, preflightHeaders } from './cors.ts'
import { refusalOf, type DoorPolicy } from './front-door.ts'
import { refuseListen } from './problems.ts'
import { Reply } from './reply.ts'
import { readBody } from './request-body.ts'
import type { Answer } from './wire/answer.ts'
import { HEADER_BYTES_MAX } from './wire/head.ts'
import { WireServer } from './wire/server.ts'

/** From the first byte to the last header, in milliseconds: a slow-loris client holds a socket no longer. */
export const HEADERS_TIMEOUT_MS = 10_000
/** From the first header to the last byte of the body, in milliseconds. */
export const BODY_TIMEOUT_MS = 30_000
/** An idle connection is kept this long, in milliseconds: longer than a load balancer's usual 60 s. */
export const IDLE_CONNECTION_MS = 75_000
/** How often time-outs of connections are looked at, in milliseconds. */
const CONNECTION_CHECK_MS = 1_000

/** One HTTP request that came through the front door. */
export type ClientExchange = {
  readonly method: 'POST' | 'GET' | 'DELETE'
  /** The path without query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly reply: Reply
  /** Whether it came over the listener that only other gateways use: it is never passed on again. */
  readonly isInternal: boolean
  /** Reads the body, once: at once when it is there; throws or rejects with a problem. */
  readBody(): Promise<string> | string
}

/** A request as it came, by either path. */
type Incoming = Pick<ClientExchange, 'headers' | 'readBody'> & {
  readonly method: string
  readonly url: string
}

/** How the listener is set up; the time-outs have defaults. */
export type ListenerOptions = {
  readonly policy: DoorPolicy
  readonly ids: Ids
  readonly headersTimeoutMs?: number
  readonly bodyTimeoutMs?: number
  readonly keepAliveMs?: number
  /** Whether plain requests are served without node:http (ADR-0017); default true. */
  readonly fastPath?: boolean
  /** Carries the request; a throw is a bug of ours, answered with 500, and never ends the process. */
  readonly carry: (exchange: ClientExchange) => Promise<void>
  readonly onBug: (error: unknown, requestId: string) => void
}

/** Where to listen; `isInternal` marks the address that other gateways use. */
export type ListenAddress = {
  readonly host: string
  readonly port: number
  readonly reusePort?: boolean
  readonly isInternal?: boolean
}

/** A listening HTTP server; `listen` may be called for more than one address. */
export interface HttpListener {
  listen(address: ListenAddress): Promise<{ url: string }>
  /** Stops taking connections; resolves when the open ones have ended. */
  close(): Promise<void>
  /** Ends the connections that are still open. */
  cut(): void
}

/** Serves MCP over HTTP: checks the door, reads, and hands each request to `carry`. */
export function createHttpListener(options: ListenerOptions): HttpListener {
  const bodyTimeoutMs = options.bodyTimeoutMs ?? BODY_TIMEOUT_MS
  const headersTimeout = options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS
  const settings = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout,
    requestTimeout: headersTimeout + bodyTimeoutMs,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    connectionsCheckingInterval: CONNECTION_CHECK_MS,
    noDelay: true,
  }
  const servers = new Set<Listening>()
  const answer = (incoming: Incoming, response: Answer, isInternal: boolean): void => {
    // Made when the first asks: most requests never fail.
    let requestId: string | undefined
    const requestIdOf = (): string => (requestId ??= options.ids.make('req'))
    const reply = new Reply(
      response,
      requestIdOf,
      corsHeaders(incoming.headers, options.policy.allowedOrigins, requestIdOf),
      options.keepAliveMs,
    )
    // Nothing that goes wrong with one request may end the process.
    carryOne(incoming, reply, options, isInternal)
      .catch((error: unknown) => {
        if (reply.left.aborted) return
        if (error instanceof Problem) return reply.problem(error)
        options.onBug(error, reply.requestId)
        if (reply.isStarted) reply.break()
        else reply.problem(refuseListen('listen.internal', { cause: error }))
      })
      .catch((error: unknown) => {
        // Not even the refusal could be written.
        options.onBug(error, reply.requestId)
        reply.break()
      })
  }
  const open = (isInternal: boolean): Listening => {
    const http = createServer(settings, (request, response) => {
      const { method = '', url = '/', headers } = request
      const read = (): Promise<string> => readBody(request, bodyTimeoutMs)
      answer({ method, url, headers, readBody: read }, response, isInternal)
    })
    if (options.fastPath === false) return alone(http)
    return new WireServer({
      http,
      headersTimeoutMs: headersTimeout,
      bodyTimeoutMs,
      idleMs: IDLE_CONNECTION_MS,
      serve: ({ url, headers, body }, response) =>
        answer({ method: 'POST', url, headers, readBody: () => body.read() }, response, isInternal),
    })
  }
  return {
    async listen(address) {
      const { isInternal = false, ...where } = address
      const listening = open(isInternal)
      servers.add(listening)
      const { server } = listening
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(where, () => {
          server.off('error', reject)
          resolve()
        })
      })
      const { port } = server.address() as AddressInfo
      const host = address.host.includes(':') ? `[${address.host}]` : address.host
      return { url: `http://${host}:${port}` }
    },
    async close() {
      await Promise.all([...servers].map((listening) => listening.close()))
    },
    cut() {
      for (const listening of servers) listening.cut()
    },
  }
}

/** One address that is listened on. */
type Listening = {
  readonly server: Server
  close(): Promise<void>
  cut(): void
}

/** node:http for every request. */
function alone(server: ReturnType<typeof createServer>): Listening {
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
    cut: () => server.closeAllConnections(),
  }
}

async function carryOne(
  { method, url, headers, readBody }: Incoming,
  reply: Reply,
  options: ListenerOptions,
  isInternal: boolean,
): Promise<void> {
  const refusal = refusalOf(method, headers, options.policy)
  if (refusal !== undefined) return reply.problem(refusal)
  const path = pathOf(url)
  if (method === 'OPTIONS') return preflight(headers, reply)
  if (method === 'GET' && path === '/healthz') return reply.json(200, '{"status":"ok"}')
  if (method !== 'POST' && method !== 'GET' && method !== 'DELETE') {
    reply.setHeader('allow', METHODS)
    return reply.problem(refuseListen('listen.method_not_allowed'))
  }
  await options.carry({ method, path, headers, reply, isInternal, readBody })
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** Says to an allowed page what it may send; to a program that asks without a page, which methods there are. */
function preflight(headers: IncomingHttpHeaders, reply: Reply): void {
  reply.setHeader('allow', METHODS)
  if (headers.origin !== undefined) {
    for (const [name, value] of Object.entries(preflightHeaders(headers))) {
      reply.setHeader(name, value)
    }
  }
  reply.empty(204)
}
