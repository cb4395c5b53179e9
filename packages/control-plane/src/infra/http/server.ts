import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { problemAnswer } from './problem-answer.ts'
import { refuse } from './problems.ts'

/** A request's headers must be here after this long, in ms: a slow client holds a socket, not more. */
const HEADERS_TIMEOUT_MS = 10_000
/** A whole request must be here after this long, in ms; answers may stream for ever. */
const REQUEST_TIMEOUT_MS = 30_000
/** An idle connection is closed after this long, in ms: above the 5 s of common load balancers' probes. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000
/** All headers of a request together, in bytes. */
const HEADER_BYTES_MAX = 16_384
/** Open answers get this long to end when the server stops, in ms. */
const CLOSE_GRACE_MS = 2_000

/** A listening server; it answers 503 until it is given something to serve. */
export type HttpServer = {
  readonly url: string
  serve(app: ApiApp): void
  close(): Promise<void>
}

/**
 * Listens, so that the address is known before what is served is put together; the promise rejects when
 * the port is taken. Port 0 takes a free one.
 */
export async function startHttpServer(at: {
  readonly host: string
  readonly port: number
}): Promise<HttpServer> {
  let served: ApiApp | undefined
  const listener = getRequestListener((request, env) => served?.fetch(request, env) ?? starting())
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${reachableHost(at.host)}:${port}`,
    serve(app) {
      served = app
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS).unref()
      }),
  }
}

/** Listening everywhere is no address to connect to. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function starting(): Response {
  return problemAnswer(refuse('request.starting', { retryAfterSeconds: 1 }), undefined)
}
