import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { RefusedHandle } from '../audit/refused-handles.ts'
import type { CallIntent, ChargeDecision } from '../charge/charge.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { modernRequest, resultFor, type ModernRequest } from './testing-messages.ts'
import { startUpstream, until, type TestUpstream } from './testing-upstream.ts'

/** What the server got, and where its answer goes. */
export type Given = { headers: IncomingHttpHeaders; body: string; response: ServerResponse }

/** A relay before one HTTP server whose answers each test scripts; prices: the tool `paid` costs 5. */
export class ModernBench {
  bench!: RelayBench
  /** The same with a journal that cannot be written. */
  broken!: RelayBench
  /** What the server got since the test began. */
  seen: Given[] = []
  /** What the server does with a request. */
  answer: (given: Given) => void = () => undefined
  /** Handles that were refused. */
  readonly refused: RefusedHandle[] = []
  /** What the charge path decides, when a test wants another decision. */
  begin: ((intent: CallIntent) => ChargeDecision | undefined) | undefined
  #upstream!: TestUpstream

  constructor() {
    beforeAll(() => this.#start())
    afterAll(() => this.#stop())
    beforeEach(() => {
      this.seen = []
      this.refused.length = 0
      this.begin = undefined
      this.bench.ledger.length = 0
      this.answer = ({ response, body }) =>
        json(response, resultFor(body, { resultType: 'complete', content: [] }))
    })
    afterEach(() => this.#checkNothingLeft())
  }

  post(init: RequestInit, alias = 'server', at: RelayBench = this.bench): Promise<Response> {
    return fetch(at.endpoint(alias), init)
  }

  outcomes(): string[] {
    return this.bench.ledger.map(({ end }) => end.outcome)
  }

  async #start(): Promise<void> {
    this.#upstream = await startUpstream((incoming, response, body) => {
      const given = { headers: incoming.headers, body, response }
      this.seen.push(given)
      this.answer(given)
    })
    const transport = { kind: 'http', url: this.#upstream.url, headers: { 'x-secret': 's3cret' } }
    const servers = [
      benchServer('server', transport, { limits: { resultBytesMax: 64 * 1024 * 1024 } }),
      benchServer('small', transport, { limits: { resultBytesMax: 2_048 } }),
      benchServer('quick', transport, { limits: { callTimeoutMs: 200, concurrentCallsMax: 1 } }),
      benchServer('gone', { kind: 'http', url: 'http://127.0.0.1:1/mcp' }),
    ]
    const prices = { paid: 5n }
    this.bench = await startRelayBench({
      servers,
      prices,
      begin: (intent) => this.begin?.(intent),
      refusedHandles: { note: (refused) => this.refused.push(refused) },
    })
    const kind = { status: 503, title: 'No journal.', retryable: true, rpcCode: 503001 }
    this.broken = await startRelayBench({
      servers,
      prices,
      settleProblem: new Problem('test.journal', kind),
    })
  }

  async #stop(): Promise<void> {
    await Promise.all([this.bench.close(), this.broken.close()])
    await this.#upstream.stop()
  }

  async #checkNothingLeft(): Promise<void> {
    const { relay, bugs } = this.bench
    await until(() => relay.load().calls === 0, 'no call stays in flight')
    await until(() => relay.load().sockets === 0, 'no pooled socket stays in use')
    const [bug] = bugs.splice(0)
    if (bug !== undefined) throw bug
  }
}

/** Answers with one JSON text. */
export function json(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body)
}

/** Starts a stream with these messages. */
export function events(response: ServerResponse, ...messages: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const message of messages) response.write(`data: ${message}\n\n`)
}

/** A modern call of a tool. */
export function call(name: string, more: Parameters<typeof modernRequest>[2] = {}): ModernRequest {
  return modernRequest('tools/call', { name, arguments: { a: 1 } }, more)
}
