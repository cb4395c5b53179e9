import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { modernRequest } from '../../listen/testing-messages.ts'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { until } from '../../listen/testing-upstream.ts'
import { LegacyServerBench } from './testing-legacy-server.ts'

/** What a modern client says that it can answer. */
export const CAN_ALL = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }

/** A response as a test reads it. */
export type Answer = {
  id?: unknown
  result?: Record<string, unknown> & {
    inputRequests?: Record<string, { method: string; params?: unknown }>
    requestState?: string
    resultType?: string
  }
  error?: { code: number; message: string; data?: unknown }
}

/** What came back for one request: its status, and its messages in order. */
export type Reply = {
  readonly status: number
  readonly answer: Answer
  readonly notices: unknown[]
}

/** A relay before a legacy-only server whose every byte a test decides, and a raw modern client. */
export class TranslationBench {
  readonly server = new LegacyServerBench()
  bench!: RelayBench
  #ids = 0

  constructor(more: Record<string, unknown> = {}) {
    beforeAll(async () => {
      await this.server.start()
      const transport = { kind: 'http', url: this.server.url }
      this.bench = await startRelayBench({
        servers: [
          benchServer('old', transport, { era: 'legacy', ...more }),
          benchServer('twin', transport, { era: 'legacy' }),
        ],
        prices: { paid: 5n },
      })
    })
    afterAll(async () => {
      await this.bench.close()
      await this.server.stop()
    })
    beforeEach(() => {
      this.server.asked.length = 0
      this.server.hasStream = true
      this.server.answer = (asked) => asked.result({ content: [] })
      this.bench.ledger.length = 0
    })
    afterEach(async () => {
      await until(() => this.bench.relay.load().calls === 0, 'no call stays in flight')
      const [bug] = this.bench.bugs.splice(0)
      if (bug !== undefined) throw bug
    })
  }

  /** Ends every session, so that the next request opens one. */
  forget(): void {
    this.server.sessions.clear()
  }

  send(method: string, params: Record<string, unknown> = {}, more: Send = {}): Promise<Response> {
    const {
      alias = 'old',
      key = BENCH_KEYS.alice,
      can = {},
      meta = {},
      headers = {},
      signal,
    } = more
    const init = modernRequest(method, params, {
      id: more.id ?? (this.#ids += 1),
      meta: { 'io.modelcontextprotocol/clientCapabilities': can, ...meta },
    })
    return fetch(this.bench.endpoint(alias), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${key}`, ...headers },
      ...(signal === undefined ? {} : { signal }),
    })
  }

  /** Sends and reads to the end. */
  async ask(method: string, params?: Record<string, unknown>, more?: Send): Promise<Reply> {
    const response = await this.send(method, params, more)
    const text = await response.text()
    const messages = response.headers.get('content-type')?.startsWith('text/event-stream')
      ? text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
      : [text]
    const parsed = messages.map((message) => JSON.parse(message) as Answer)
    return { status: response.status, answer: parsed.at(-1) ?? {}, notices: parsed.slice(0, -1) }
  }

  outcomes(): string[] {
    return this.bench.ledger.map(({ end }) => end.outcome)
  }
}

/** How a request differs from the usual one. */
export type Send = {
  readonly alias?: string
  readonly key?: string
  readonly can?: Record<string, unknown>
  readonly meta?: Record<string, unknown>
  readonly headers?: Record<string, string>
  readonly id?: unknown
  readonly signal?: AbortSignal
}
