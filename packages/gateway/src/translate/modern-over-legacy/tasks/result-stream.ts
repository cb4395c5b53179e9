import { Cancel, type CancelSignal } from '../../../cancel.ts'
import type { Message } from '../../../protocol/message.ts'
import { READ_ENOUGH } from '../../../upstream/http/exchange.ts'
import { requestText } from '../../../upstream/own-request.ts'
import { HELD_BYTES_MAX } from '../../../upstream/upstream.ts'
import { asProblem, readInto } from '../answer-stream.ts'
import type { CallSession, OpenCall } from '../open-call.ts'

/** How a stream ends: with the task, because nobody waits any more, or by itself. */
export type StreamEnd = 'answered' | 'given_up' | 'lost'

/** What a stream of `tasks/result` tells whoever opened it. */
export type ResultStreamEvents = {
  readonly asked: (message: Message) => void
  readonly withdrawn: (message: Message) => boolean
  readonly over: (how: StreamEnd) => void
}

/**
 * An open `tasks/result`: on its stream a legacy server asks what it needs to go on with the task, and answers at last
 * (MCP 2025-11-25, input required status). The answer itself is not kept: it can be asked for again.
 */
export class ResultStream implements OpenCall {
  /** What it asks names its task, so it never speaks for a call. */
  readonly mayAsk = false
  readonly severityMin = undefined
  readonly method = 'tasks/result'
  readonly session: CallSession
  readonly target: string
  readonly id: number
  readonly signal: CancelSignal
  readonly #over = new Cancel()
  readonly #events: ResultStreamEvents
  #isOver = false

  constructor(session: CallSession, taskId: string, events: ResultStreamEvents) {
    this.session = session
    this.target = taskId
    this.id = session.mintId()
    this.signal = this.#over.signal
    this.#events = events
    session.calls.set(this.id, this)
    this.signal.addEventListener('abort', () => this.#end(false), { once: true })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Sends the request and reads what comes; never rejects. */
  async open(): Promise<void> {
    const { id, method, session, signal } = this
    const text = requestText(id, method, JSON.stringify({ taskId: this.target }))
    const options = { id, method, headers: {}, signal, heldBytesMax: HELD_BYTES_MAX }
    try {
      await readInto(this, await session.link.send(text, options))
    } catch (error) {
      this.endOfStream({ error: asProblem(error) })
    }
  }

  take(message: Message): undefined {
    if (message.kind === 'response') this.#end(true)
    else if (message.kind === 'request') this.#events.asked(message)
    else if (message.method === 'notifications/cancelled') this.#events.withdrawn(message)
  }

  offer(message: Message): void {
    this.take(message)
  }

  withdraw(message: Message): boolean {
    return this.#events.withdrawn(message)
  }

  endOfStream(_reason: { readonly error: unknown } | 'ended'): void {
    this.#end(false)
  }

  /** Nobody waits any more. */
  finish(reason?: Error): void {
    this.#over.abort(reason ?? READ_ENOUGH)
  }

  #end(isAnswered: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    this.session.calls.delete(this.id)
    const isGivenUp = this.signal.aborted
    // A wait that is given up is not the task's end.
    if (isGivenUp) void this.session.cancel(this.id)
    this.#over.abort(READ_ENOUGH)
    this.#events.over(isAnswered ? 'answered' : isGivenUp ? 'given_up' : 'lost')
  }
}
