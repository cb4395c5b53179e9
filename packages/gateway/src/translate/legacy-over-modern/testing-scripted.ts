import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { events, json } from '../../listen/testing-modern.ts'
import { benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { startUpstream, until, type TestUpstream } from '../../listen/testing-upstream.ts'
import { RawLegacy, type RawMessage } from './testing.ts'

/** The prefix of the modern era's `_meta` keys. */
export const META = 'io.modelcontextprotocol'

const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
  ttlMs: 0,
  cacheScope: 'private',
}
/** An argument that is mirrored into `Mcp-Param-Region`. */
export const REGION = { type: 'string', 'x-mcp-header': 'Region' }
/** What content of the tool `rows` may be: an object too, but not by a type of that name. */
export const ROWS = { oneOf: [{ type: 'object' }, { type: 'array' }] }
const TOOLS = [
  { name: 'plain', inputSchema: { type: 'object' } },
  { name: 'paid', inputSchema: { type: 'object' } },
  { name: 'mirrored', inputSchema: { type: 'object', properties: { region: REGION } } },
  {
    name: 'broken',
    inputSchema: { type: 'object', properties: { a: { type: 'number', 'x-mcp-header': 'A' } } },
  },
  { name: 'rows', inputSchema: { type: 'object' }, outputSchema: ROWS },
]

type Asked = {
  readonly id: number
  readonly method: string
  readonly params: Record<string, unknown> & { _meta: Record<string, unknown>; name?: string }
}

/** What the server got, and where its answer goes. */
export type Given = {
  readonly asked: Asked
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly response: ServerResponse
}

/** A relay before one modern-only server whose answers each test scripts; it is discovered, lists and listens by itself. */
export class ScriptedModern {
  bench!: RelayBench
  /** What the server got since the test began. */
  seen: Given[] = []
  tools: unknown[] = TOOLS
  /** The list of tools is answered when this resolves. */
  listing: Promise<unknown> = Promise.resolve()
  answer: (given: Given) => void = complete
  #upstream!: TestUpstream

  constructor() {
    beforeAll(() => this.#start())
    afterAll(async () => {
      await this.bench.close()
      await this.#upstream.stop()
    })
    beforeEach(() => {
      this.seen = []
      this.tools = TOOLS
      this.listing = Promise.resolve()
      this.answer = complete
      this.bench.ledger.length = 0
    })
    afterEach(async () => {
      await until(() => this.bench.relay.load().calls === 0, 'no call stays in flight')
      const [bug] = this.bench.bugs.splice(0)
      if (bug !== undefined) throw bug
    })
  }

  /** A legacy session that is greeted; `fresh` and `slow` are the same server, which nobody has listed yet. */
  async open(
    capabilities: Record<string, unknown> = {},
    alias: 'server' | 'fresh' | 'slow' = 'server',
  ): Promise<RawLegacy> {
    const client = new RawLegacy(this.bench.endpoint(alias))
    await client.initialize(capabilities)
    return client
  }

  /** What the server got of a method. */
  got(method: string): Given[] {
    return this.seen.filter(({ asked }) => asked.method === method)
  }

  outcomes(): string[] {
    return this.bench.ledger.map(({ end }) => end.outcome)
  }

  async #start(): Promise<void> {
    this.#upstream = await startUpstream((incoming, response, body) => {
      const given = { asked: JSON.parse(body) as Asked, body, headers: incoming.headers, response }
      this.seen.push(given)
      this.#take(given)
    })
    const transport = { kind: 'http', url: this.#upstream.url }
    const limits = { resultBytesMax: 64 * 1024 * 1024 }
    this.bench = await startRelayBench({
      servers: [
        benchServer('server', transport, { era: 'modern', limits }),
        benchServer('fresh', transport, { era: 'modern' }),
        benchServer('slow', transport, { era: 'modern' }),
      ],
      prices: { paid: 5n },
    })
  }

  #take(given: Given): void {
    const { id, method, params } = given.asked
    switch (method) {
      case 'server/discover':
        return reply(given, DISCOVERED)
      case 'tools/list':
        return void this.listing.then(() => reply(given, { ...CACHED, tools: this.tools }))
      case 'subscriptions/listen': {
        const _meta = { [`${META}/subscriptionId`]: id }
        const said = { _meta, notifications: params['notifications'] }
        return events(
          given.response,
          JSON.stringify({
            jsonrpc: '2.0',
            method: 'notifications/subscriptions/acknowledged',
            params: said,
          }),
        )
      }
      default:
        return this.answer(given)
    }
  }
}

const CACHED = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }

function complete(given: Given): void {
  reply(given, { resultType: 'complete', content: [] })
}

/** Answers with a result. */
export function reply({ asked, response }: Given, result: unknown): void {
  json(response, JSON.stringify({ jsonrpc: '2.0', id: asked.id, result }))
}

/** Answers with an error and an HTTP status. */
export function refuse(
  { asked, response }: Given,
  code: number,
  status: number,
  data?: unknown,
): void {
  const error = { code, message: 'no', data }
  json(response, JSON.stringify({ jsonrpc: '2.0', id: asked.id, error }), status)
}

/** Calls a tool and returns what came last: the answer. */
export async function call(
  client: RawLegacy,
  name = 'paid',
  more: object = {},
): Promise<RawMessage> {
  const messages = await client.ask('tools/call', { name, ...more })
  return messages.at(-1) ?? {}
}
