import { randomBytes } from 'node:crypto'
import {
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { createEventLog } from './event-log.ts'
import { createFixtureMcpServer, type FixtureShared } from './fixture-mcp-server.ts'

/** Sessions held at once; the oldest goes first, as a leak in a test must not grow without end. */
const SESSIONS_MAX = 1_000
/** How soon a client should come back to a closed stream, in milliseconds. */
const RETRY_MS = 50

/** Serves the revisions up to 2025-11-25: a server and a transport per session, resumable streams. */
export type LegacySessions = {
  handle(request: Request): Promise<Response>
  close(): Promise<void>
}

/** Makes an empty table of sessions, of one revision when it is given. */
export function createLegacySessions(shared: FixtureShared, revision?: string): LegacySessions {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()

  async function open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomBytes(16).toString('hex'),
      eventStore: createEventLog(),
      retryInterval: RETRY_MS,
      onsessioninitialized(sessionId) {
        sessions.set(sessionId, transport)
        const [oldest] = sessions.keys()
        if (sessions.size > SESSIONS_MAX && oldest !== undefined) sessions.delete(oldest)
      },
      onsessionclosed(sessionId) {
        sessions.delete(sessionId)
      },
    })
    await createFixtureMcpServer(shared, 'legacy', revision).connect(transport)
    return transport
  }

  return {
    async handle(request) {
      const sessionId = request.headers.get('mcp-session-id')
      if (sessionId !== null) {
        const transport = sessions.get(sessionId)
        if (transport === undefined) return refuse(404, 'Session not found')
        return transport.handleRequest(request)
      }
      if (request.method !== 'POST') return refuse(400, 'Mcp-Session-Id header is required')
      const body: unknown = await request
        .clone()
        .json()
        .catch(() => undefined)
      if (body !== undefined && !isInitializeRequest(body)) {
        return refuse(400, 'Mcp-Session-Id header is required')
      }
      return (await open()).handleRequest(request)
    },
    async close() {
      await Promise.all([...sessions.values()].map((transport) => transport.close()))
      sessions.clear()
    },
  }
}

function refuse(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }, { status })
}
