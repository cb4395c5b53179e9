import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  createRequestStateCodec,
  hostHeaderValidationResponse,
  InMemoryServerEventBus,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from '@modelcontextprotocol/server'
import { createFixtureMcpServer, type FixtureShared } from './fixture-mcp-server.ts'
import { createLegacySessions } from './legacy-sessions.ts'
import { listenLocally } from './local-listener.ts'
import type { StepState } from './round-trip-tools.ts'
import { tidyTaskAnswer } from './tasks/task-answer.ts'
import { createTaskBook } from './tasks/task-book.ts'
import { serveTaskListen } from './tasks/task-listen.ts'
import { refuseUndeclared } from './tasks/task-refusal.ts'

/** Which revisions are spoken: up to 2025-11-25, 2026-07-28, or both on one endpoint. */
export type FixtureEra = 'legacy' | 'modern' | 'both'

/** What a fixture speaks: an era, and in the legacy one all revisions or the given one alone. */
export type FixtureSpeech = {
  readonly era: FixtureEra
  readonly revision?: string | undefined
  /** A file that gets the length of each wait that a client cancelled, a line each. */
  readonly cancelledLog?: string | undefined
}

/** A running fixture server. */
export type FixtureServer = { readonly url: string; close(): Promise<void> }

/** What the servers of one fixture share; the key lives as long as the process. */
export function createFixtureShared(cancelledLog?: string): FixtureShared {
  return {
    bus: new InMemoryServerEventBus(),
    codec: createRequestStateCodec<StepState>({ key: randomBytes(32) }),
    tasks: createTaskBook(),
    onCancelledWait(ms) {
      if (cancelledLog !== undefined) appendFileSync(cancelledLog, `${ms}\n`)
    },
  }
}

/** Serves the fixture on 127.0.0.1; port 0 takes a free one. Only local Host and Origin are let in. */
export async function startFixtureServer(
  options: FixtureSpeech & { readonly port: number },
): Promise<FixtureServer> {
  const shared = createFixtureShared(options.cancelledLog)
  const sessions = createLegacySessions(shared, options.revision)
  const modern = createMcpHandler(() => createFixtureMcpServer(shared, 'modern'), {
    legacy: 'reject',
    bus: shared.bus,
  })
  async function serve(request: Request): Promise<Response> {
    const refusal =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins())
    if (refusal !== undefined) return refusal
    if (new URL(request.url).pathname !== '/mcp') return new Response(null, { status: 404 })
    if (options.era === 'legacy') return sessions.handle(request)
    if (options.era === 'both' && (await isLegacyRequest(request))) return sessions.handle(request)
    const body: unknown = request.method === 'POST' ? await readJson(request.clone()) : undefined
    return (
      refuseUndeclared(body) ??
      serveTaskListen(body, shared.tasks) ??
      tidyTaskAnswer(await modern.fetch(request))
    )
  }
  const handler = toNodeHandler({ fetch: serve })
  const listener = await listenLocally((request, response) => {
    // NOTE: the adapter's type has no `undefined` in optional members, Node's has; the objects are the same.
    void handler(request as Parameters<typeof handler>[0], response)
  }, options.port)
  return {
    url: `${listener.origin}/mcp`,
    async close() {
      await Promise.all([sessions.close(), modern.close()])
      await listener.close()
    },
  }
}

/** The body as JSON; undefined when it is none, which the SDK then says. */
function readJson(request: Request): Promise<unknown> {
  return request.json().catch(() => undefined)
}
