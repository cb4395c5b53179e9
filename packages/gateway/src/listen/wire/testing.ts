import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createIds, systemClock } from '@mcp-orchestra/kernel'
import {
  createHttpListener,
  type ClientExchange,
  type HttpListener,
  type ListenerOptions,
} from '../http-listener.ts'
import { until } from '../testing-upstream.ts'

/** A listener on loopback whose requests a test answers. */
export type WireBench = {
  readonly listener: HttpListener
  readonly port: number
  readonly bugs: unknown[]
}

/** Starts one; `carry` is the test's. */
export async function startWireBench(
  carry: (exchange: ClientExchange) => Promise<void>,
  more: Partial<ListenerOptions> = {},
): Promise<WireBench> {
  const bugs: unknown[] = []
  const listener = createHttpListener({
    policy: { allowedHosts: new Set(), allowedOrigins: new Set() },
    ids: createIds(systemClock),
    carry,
    onBug: (error) => bugs.push(error),
    ...more,
  })
  const { url } = await listener.listen({ host: '127.0.0.1', port: 0 })
  return { listener, port: Number(new URL(url).port), bugs }
}

/** A request as an honest client sends it. */
export function post(body: string, more: Readonly<Record<string, string>> = {}): string {
  const headers = {
    host: 'localhost',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...more,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

/** One answer as it came. */
export type ReadAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Reads whole answers of stated length or in chunks from what came; what is not whole is left out. */
export function readAnswers(text: string): ReadAnswer[] {
  const answers: ReadAnswer[] = []
  for (let rest = text; rest.includes('\r\n\r\n');) {
    const headEnd = rest.indexOf('\r\n\r\n')
    const [statusLine = '', ...lines] = rest.slice(0, headEnd).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    )
    let body = ''
    rest = rest.slice(headEnd + 4)
    if (headers['transfer-encoding'] === 'chunked') {
      for (;;) {
        const lineEnd = rest.indexOf('\r\n')
        if (lineEnd < 0) return answers
        const size = Number.parseInt(rest.slice(0, lineEnd), 16)
        body += rest.slice(lineEnd + 2, lineEnd + 2 + size)
        rest = rest.slice(lineEnd + 4 + size)
        if (size === 0) break
      }
    } else {
      const length = Number(headers['content-length'] ?? 0)
      if (rest.length < length) return answers
      body = rest.slice(0, length)
      rest = rest.slice(length)
    }
    answers.push({ status: Number(statusLine.split(' ')[1]), headers, body })
  }
  return answers
}

/** A client that sends what a test says, byte by byte if need be, and keeps what comes (Latin-1). */
export class RawClient {
  readonly socket: Socket
  text = ''
  readonly closed: Promise<unknown>

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    // A reset is an end like any other here: what came before it is what the test looks at.
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => (this.text += bytes.toString('latin1')))
    this.closed = new Promise((resolve) => {
      socket.on('close', resolve)
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  get answers(): ReadAnswer[] {
    return readAnswers(this.text)
  }

  /** Waits until so many answers have come whole; fails when the connection ends before. */
  async answered(count: number): Promise<ReadAnswer[]> {
    while (this.answers.length < count) {
      if (this.socket.destroyed || this.socket.readableEnded)
        throw new Error(`the connection ended after ${JSON.stringify(this.text)}`)
      await Promise.race([once(this.socket, 'data'), this.closed])
    }
    return this.answers
  }
}

/** Answers with the path and the body that came. */
export const echo = async ({ path, reply, readBody }: ClientExchange): Promise<void> => {
  const body = await readBody()
  reply.json(200, JSON.stringify({ path, body }))
}

/** Exchanges that wait for the test to go on with them. */
export class Waiting {
  readonly exchanges: ClientExchange[] = []
  readonly carry = async (exchange: ClientExchange): Promise<void> => {
    await exchange.readBody()
    this.exchanges.push(exchange)
    await new Promise<void>((resolve) => this.#ends.push(resolve))
  }
  readonly #ends: (() => void)[] = []

  async at(index: number): Promise<ClientExchange> {
    await until(() => this.exchanges.length > index, 'the request is carried')
    const exchange = this.exchanges[index]
    if (exchange === undefined) throw new Error('no exchange')
    return exchange
  }
}

/** More than the kernel buffers of both ends of a loopback connection hold, in bytes. */
export const MORE_THAN_BUFFERS = 32 * 1024 * 1024

/** Listeners of one test, cut and closed behind it; a bug that they were told fails it. */
export class WireBenches {
  #open: WireBench[] = []

  readonly start: typeof startWireBench = async (carry, more) => {
    const bench = await startWireBench(carry, more)
    this.#open = [...this.#open, bench]
    return bench
  }

  readonly end = async (): Promise<void> => {
    const benches = this.#open
    this.#open = []
    for (const { listener } of benches) listener.cut()
    await Promise.all(benches.map(({ listener }) => listener.close()))
    const [bug] = benches.flatMap(({ bugs }) => bugs)
    if (bug !== undefined) throw bug
  }
}
