import { Cancel, type CancelSignal } from '../cancel.ts'
import type { ServerResponse } from 'node:http'
import { toProblemDocument, type Problem } from '@mcp-orchestra/kernel'
import type { Reply } from './reply.ts'
import { DATA_LINE, DataLines } from '../protocol/sse/data-lines.ts'
import { formatEvent, formatFields, type SseEvent, type SseField } from '../protocol/sse/event.ts'

/** A comment this often keeps proxies (60 s and more) from cutting a silent stream, in milliseconds. */
export const KEEP_ALIVE_MS = 15_000

/** A client that takes nothing for this long, while something waits for it, is gone, in milliseconds. */
const STUCK_MS = 60_000

/** Ends an event that cannot be finished: the last name counts, and no client reads a message from an event of this one. */
const CUT_OFF = '\nevent: cut-off\n\n'

const EVENT_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  // nginx and its like would hold events back.
  'x-accel-buffering': 'no',
} as const

/**
 * The answer to one HTTP request.
 * Writing waits for a slow client; a client that leaves is reported once and never throws.
 */
export class HttpReply implements Reply {
  /** Aborted when the client leaves before the answer has ended. */
  readonly left: CancelSignal
  /** A silent answer says something this often, in milliseconds. */
  readonly keepAliveMs: number
  readonly keepsIds = true
  readonly jsonBytesMax: number = Number.MAX_SAFE_INTEGER
  readonly #response: ServerResponse
  readonly #requestIdOf: () => string
  #headers: Readonly<Record<string, string>>
  #keepAlive: NodeJS.Timeout | undefined
  #isEvents = false
  #onHead: (() => void) | undefined
  /** The event whose data is being written in parts. */
  #lines: DataLines | undefined

  constructor(
    response: ServerResponse,
    requestIdOf: () => string,
    headers: Readonly<Record<string, string>>,
    keepAliveMs: number = KEEP_ALIVE_MS,
  ) {
    const leave = new Cancel()
    this.left = leave.signal
    this.keepAliveMs = keepAliveMs
    this.#requestIdOf = requestIdOf
    this.#response = response
    this.#headers = headers
    response.on('close', () => {
      clearInterval(this.#keepAlive)
      if (!response.writableFinished) leave.abort(new Error('the client left'))
    })
    response.on('error', leaveToClose)
  }

  /** For support and logs. */
  get requestId(): string {
    return this.#requestIdOf()
  }

  /** Whether status and headers are out. */
  get isStarted(): boolean {
    return this.#response.headersSent
  }

  /** Whether this answer is a stream of events. */
  get isEvents(): boolean {
    return this.#isEvents
  }

  get isOver(): boolean {
    return this.#response.writableEnded || this.#response.destroyed
  }

  /** A header of the answer to come (`Mcp-Session-Id`, CORS). */
  setHeader(name: string, value: string): void {
    this.#headers = { ...this.#headers, [name]: value }
  }

  /** Runs work when the answer begins: its last chance to set a header. */
  beforeHead(work: () => void): void {
    this.#onHead = work
  }

  #begin(): void {
    const work = this.#onHead
    this.#onHead = undefined
    work?.()
  }

  /** The whole answer as one JSON text, in one write. */
  json(status: number, text: string, contentType = 'application/json'): void {
    if (this.isOver || this.isStarted) return
    this.#begin()
    this.#response.writeHead(
      status,
      flat(this.#headers, 'content-type', contentType, 'content-length', Buffer.byteLength(text)),
    )
    // A text, not bytes: node then writes head and body at once.
    this.#response.end(text)
  }

  /** The whole answer without a body. */
  empty(status: number): void {
    if (this.isOver || this.isStarted) return
    this.#begin()
    this.#response.writeHead(status, {
      ...this.#headers,
      ...(status === 204 ? {} : { 'content-length': '0' }),
    })
    this.#response.end()
  }

  /** A refusal outside JSON-RPC (RFC 9457), or of a message that was not read: then as its JSON-RPC text. */
  problem(problem: Problem, rpcText?: string): void {
    if (problem.retryAfterSeconds !== undefined)
      this.setHeader('retry-after', String(problem.retryAfterSeconds))
    // The rest of a body that was not read must not be taken for the next request.
    if (problem.kind.status === 408 || problem.kind.status === 413)
      this.setHeader('connection', 'close')
    if (problem.kind.status === 401) this.setHeader('www-authenticate', 'Bearer')
    const { status } = problem.kind
    if (rpcText !== undefined) return this.json(status, rpcText)
    const text = JSON.stringify(toProblemDocument(problem, this.requestId))
    this.json(status, text, 'application/problem+json')
  }

  /** Starts a stream of events; a comment every {@link KEEP_ALIVE_MS} keeps it open. */
  startEvents(): void {
    if (this.isOver || this.isStarted) return
    this.#begin()
    this.#isEvents = true
    this.#response.writeHead(200, { ...this.#headers, ...EVENT_HEADERS })
    this.#response.flushHeaders()
    this.#keepAlive = setInterval(() => {
      if (!this.#response.writableNeedDrain && this.#lines === undefined)
        this.#response.write(': keep-alive\n\n')
    }, this.keepAliveMs)
  }

  /** Writes one event whole and waits until the client took it or left, or the signal says that waiting is over. */
  event(event: SseEvent, signal?: CancelSignal): Promise<void> {
    this.#keepAlive?.refresh()
    this.#cutOff()
    return this.#write(formatEvent(event), signal)
  }

  startEvent(fields: readonly SseField[]): void {
    this.startEvents()
    this.#cutOff()
    this.#lines = new DataLines()
    if (!this.isOver) this.#response.write(`${formatFields(fields)}${DATA_LINE}`)
  }

  endEvent(fields: readonly SseField[]): void {
    this.#lines = undefined
    this.#keepAlive?.refresh()
    if (!this.isOver) this.#response.write(`\n${formatFields(fields)}\n`)
  }

  /** An event of which only a part has left is no message, whatever it says so far. */
  #cutOff(): void {
    if (this.#lines === undefined) return
    this.#lines = undefined
    if (!this.isOver) this.#response.write(CUT_OFF)
  }

  /** Starts an answer that another gateway made, with its headers. */
  startRaw(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.isOver || this.isStarted) return
    this.#begin()
    this.#response.writeHead(status, { ...this.#headers, ...headers })
    this.#response.flushHeaders()
  }

  /** Starts a JSON body of unknown length. */
  startJson(status: number): void {
    if (this.isOver || this.isStarted) return
    this.#begin()
    this.#response.writeHead(status, { ...this.#headers, 'content-type': 'application/json' })
  }

  /** Writes a part of a JSON body, or of an event's data, and waits until the client took it or left. */
  bytes(chunk: Uint8Array, signal?: CancelSignal): Promise<void> {
    return this.#write(this.#lines?.next(chunk) ?? chunk, signal)
  }

  end(): void {
    clearInterval(this.#keepAlive)
    this.#cutOff()
    if (!this.isOver) this.#response.end()
  }

  /** Breaks an answer that cannot be finished, so that the client sees that it is not whole. */
  break(): void {
    clearInterval(this.#keepAlive)
    this.#response.destroy()
  }

  /** Whether the client has stopped reading: nothing more can be said to it. */
  get isStuck(): boolean {
    return this.#response.writableNeedDrain
  }

  async #write(chunk: string | Uint8Array, signal?: CancelSignal): Promise<void> {
    const response = this.#response
    if (this.isOver || response.write(chunk) || signal?.aborted === true) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(stuck)
        response.off('drain', done)
        response.off('close', done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const stuck = setTimeout(() => response.destroy(), STUCK_MS)
      response.on('drain', done)
      response.on('close', done)
      signal?.addEventListener('abort', done, { once: true })
    })
  }
}

/** A socket that breaks is a client that left: 'close' follows and says so. */
function leaveToClose(): void {
  // Nothing to do.
}

/** Headers as names and values in turn: node takes them as they are, without one more object for each answer. */
function flat(
  headers: Readonly<Record<string, string>>,
  ...more: (string | number)[]
): (string | number)[] {
  for (const name of Object.keys(headers)) more.push(name, headers[name] ?? '')
  return more
}
