import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Problem, type Ids } from '@mcp-orchestra/kernel'
import { corsHeaders, METHODS, preflightHeaders } from './cors.ts'
import { refusalOf, type DoorPolicy } from './front-door.ts'
import { refuseListen } from './problems.ts'
import { HttpReply } from './http-reply.ts'
import { readBody } from './request-body.ts'

/** Request line and headers together, in bytes: what proxies in front commonly allow. */
export const HEADER_BYTES_MAX = 16 * 1024
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
  readonly reply: HttpReply
  /** Whether it came over the listener that only other gateways use: it is never passed on again. */
  readonly isInternal: boolean
  /** Reads the body, once; throws a problem. */
  readBody(): Promise<string>
}

/** How the listener is set up; the time-outs have defaults. */
export type ListenerOptions = {
  readonly policy: DoorPolicy
  readonly ids: Ids
  readonly headersTimeoutMs?: number
  readonly bodyTimeoutMs?: number
  readonly keepAliveMs?: number
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
  const servers = new Set<ReturnType<typeof createServer>>()
  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
    isInternal: boolean,
  ): void => {
    // Made when the first asks: most requests never fail.
    let requestId: string | undefined
    const requestIdOf = (): string => (requestId ??= options.ids.make('req'))
    const reply = new HttpReply(
      response,
      requestIdOf,
      corsHeaders(request.headers, options.policy.allowedOrigins, requestIdOf),
      options.keepAliveMs,
    )
    // Nothing that goes wrong with one request may end the process.
    carryOne(request, reply, options, bodyTimeoutMs, isInternal)
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
  return {
    async listen(address) {
      const { isInternal = false, ...where } = address
      const server = createServer(settings, (request, response) =>
        answer(request, response, isInternal),
      )
      servers.add(server)
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
      await Promise.all(
        [...servers].map(
          (server) =>
            new Promise<void>((resolve) => {
              server.close(() => resolve())
              server.closeIdleConnections()
            }),
        ),
      )
    },
    cut() {
      for (const server of servers) server.closeAllConnections()
    },
  }
}

async function carryOne(
  request: IncomingMessage,
  reply: HttpReply,
  options: ListenerOptions,
  bodyTimeoutMs: number,
  isInternal: boolean,
): Promise<void> {
  const method = request.method ?? ''
  const refusal = refusalOf(method, request.headers, options.policy)
  if (refusal !== undefined) return reply.problem(refusal)
  const path = pathOf(request.url ?? '/')
  if (method === 'OPTIONS') return preflight(request, reply)
  if (method === 'GET' && path === '/healthz') return reply.json(200, '{"status":"ok"}')
  if (method !== 'POST' && method !== 'GET' && method !== 'DELETE') {
    reply.setHeader('allow', METHODS)
    return reply.problem(refuseListen('listen.method_not_allowed'))
  }
  await options.carry({
    method,
    path,
    headers: request.headers,
    reply,
    isInternal,
    readBody: () => readBody(request, bodyTimeoutMs),
  })
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** Says to an allowed page what it may send; to a program that asks without a page, which methods there are. */
function preflight(request: IncomingMessage, reply: HttpReply): void {
  reply.setHeader('allow', METHODS)
  if (request.headers.origin !== undefined) {
    for (const [name, value] of Object.entries(preflightHeaders(request.headers))) {
      reply.setHeader(name, value)
    }
  }
  reply.empty(204)
}
