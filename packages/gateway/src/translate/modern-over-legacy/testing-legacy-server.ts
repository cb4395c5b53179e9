import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { startUpstream, until, type TestUpstream } from '../../listen/testing-upstream.ts'

/** A JSON-RPC message as a test reads and writes it. */
export type Rpc = {
  jsonrpc?: string
  id?: unknown
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: unknown
}

/** One request that the server got, and how it is answered: by one JSON text, or over a stream. */
export type Asked = {
  readonly rpc: Rpc
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly session: LegacyPeer
  /** One JSON text. */
  json(message: Rpc | string, status?: number): void
  /** An event on the answer's stream. */
  event(message: Rpc | string, eventId?: string): void
  /** The final result, on whatever way was begun. */
  result(result: Record<string, unknown>): void
  end(): void
  readonly response: ServerResponse
}

/** A session at the server: what it was told, and its stream. */
export type LegacyPeer = {
  readonly id: string
  readonly initialize: Rpc
  readonly told: Rpc[]
  /** Streams that are open. */
  readonly streams: ServerResponse[]
}

/**
 * A legacy-only server whose every byte a test decides: sessions and their stream are real, answers are scripted. It is
 * below the SDK, so that what the gateway sends is seen as it came.
 */
export class LegacyServerBench {
  readonly sessions = new Map<string, LegacyPeer>()
  readonly asked: Asked[] = []
  /** Capabilities and more of the `initialize` result. */
  greeting: Record<string, unknown> = {
    protocolVersion: '2025-11-25',
    capabilities: {
      tools: { listChanged: true },
      prompts: {},
      resources: { subscribe: true, listChanged: true },
      logging: {},
      completions: {},
      tasks: { list: {} },
    },
    serverInfo: { name: 'old', version: '0.9' },
    instructions: 'Be kind.',
  }
  hasStream = true
  /** Streams that were refused because their session is unknown. */
  refusedStreams = 0
  /** When messages of unknown sessions are refused: at once, or when a test says. */
  refuse: (now: () => void) => void = (now) => now()
  /** What the server does with a request; sessions and subscriptions are answered before. */
  answer: (asked: Asked) => void = (asked) => asked.result({ content: [] })
  #upstream: TestUpstream | undefined
  #ids = 0

  get url(): string {
    return this.#upstream?.url ?? ''
  }

  async start(): Promise<void> {
    this.#upstream = await startUpstream((request, response, body) => {
      const id = String(request.headers['mcp-session-id'] ?? '')
      const session = this.sessions.get(id)
      if (request.method === 'GET') return this.#stream(session, response)
      if (request.method === 'DELETE') {
        this.sessions.delete(id)
        response.writeHead(200).end()
        return
      }
      this.#post(JSON.parse(body) as Rpc, { body, headers: request.headers, session, response })
    })
  }

  async stop(): Promise<void> {
    await this.#upstream?.stop()
  }

  /** The newest session. */
  get session(): LegacyPeer {
    const session = [...this.sessions.values()].at(-1)
    if (session === undefined) throw new Error('there is no session')
    return session
  }

  /** Sends on the newest stream of a session. */
  async unasked(message: Rpc | string, session: LegacyPeer = this.session): Promise<void> {
    await until(() => session.streams.length > 0, 'the session has a stream')
    session.streams.at(-1)?.write(`data: ${textOf(message)}\n\n`)
  }

  /** Requests of one method. */
  of(method: string): Asked[] {
    return this.asked.filter(({ rpc }) => rpc.method === method)
  }

  #stream(session: LegacyPeer | undefined, response: ServerResponse): void {
    if (!this.hasStream) return void response.writeHead(405).end()
    if (session === undefined) {
      this.refusedStreams += 1
      return void response.writeHead(404).end()
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    session.streams.push(response)
    response.on('close', () => session.streams.splice(session.streams.indexOf(response), 1))
  }

  #post(
    rpc: Rpc,
    given: Pick<Asked, 'body' | 'headers' | 'response'> & { session: LegacyPeer | undefined },
  ): void {
    const { response } = given
    if (rpc.method === 'initialize') {
      const session: LegacyPeer = {
        id: `session-${(this.#ids += 1)}`,
        initialize: rpc,
        told: [],
        streams: [],
      }
      this.sessions.set(session.id, session)
      response.writeHead(200, {
        'content-type': 'application/json',
        'mcp-session-id': session.id,
      })
      response.end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result: this.greeting }))
      return
    }
    const { session } = given
    if (session === undefined) {
      this.refuse(() => {
        response.writeHead(404, { 'content-type': 'application/json' })
        response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"no session"}}')
      })
      return
    }
    if (rpc.id === undefined || rpc.method === undefined) {
      session.told.push(rpc)
      response.writeHead(202).end()
      return
    }
    const asked = askedOf(rpc, { ...given, session })
    this.asked.push(asked)
    const isOwn = /^(resources\/(un)?subscribe|logging\/setLevel)$/.test(rpc.method)
    if (isOwn) asked.result({})
    else this.answer(asked)
  }
}

function askedOf(rpc: Rpc, given: Pick<Asked, 'body' | 'headers' | 'response' | 'session'>): Asked {
  const { response } = given
  const event = (message: Rpc | string, eventId?: string): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`${eventId === undefined ? '' : `id: ${eventId}\n`}data: ${textOf(message)}\n\n`)
  }
  const json = (message: Rpc | string, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(textOf(message))
  }
  return {
    rpc,
    ...given,
    json,
    event,
    end: () => void response.end(),
    result(result) {
      const message = { jsonrpc: '2.0', id: rpc.id, result }
      if (!response.headersSent) return json(message)
      event(message)
      response.end()
    },
  }
}

function textOf(message: Rpc | string): string {
  return typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })
}
