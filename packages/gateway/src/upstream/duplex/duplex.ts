import type { CancelSignal } from '../../cancel.ts'
import type { Problem } from '@mcp-orchestra/kernel'
import { textOf } from '../../protocol/json/span.ts'
import { memberOf } from '../../protocol/json/span.ts'
import {
  errorMessage,
  paramText,
  resultMessage,
  RPC_METHOD_NOT_FOUND,
  type Message,
} from '../../protocol/message.ts'
import { abortReason } from '../http/exchange.ts'
import { transportProblem } from '../http/http-upstream.ts'
import type { LongEnd } from './long-message.ts'
import type { Pipe, PipeEvents } from './pipe.ts'
import { MessageQueue } from './message-queue.ts'

/** What may wait for slow readers before the pipe is not read any more, in characters. */
const QUEUED_CHARS_MAX = 16 * 1024 * 1024

/** Who gets what a server sends unasked. */
export type UnaskedListener = (message: Message) => void

/** How a pipe is opened, and for whom. */
export type DuplexOptions = {
  /** Opens the way to the server. */
  readonly open: (events: PipeEvents) => Pipe
  /** Whether several sessions of one caller use it: then nobody can answer its requests but we. */
  readonly isShared: boolean
  /** Told once when the pipe is gone; `early` when it never got through its greeting. */
  readonly onEnd: (problem: Problem, early: boolean) => void
}

type Pending = {
  readonly queue: MessageQueue
  readonly signal: CancelSignal
  readonly release: () => void
  readonly onAbandoned: (() => void) | undefined
}

/** One pipe to a server and the requests that wait on it: answers find their request by its minted id. A child process has one, and so has a session over HTTP+SSE. */
export class Duplex {
  readonly isShared: boolean
  /** The `result` of `initialize`, once: later sessions of the same caller get the same greeting. */
  greeting: Promise<string> | undefined
  /** Whether the server was told that the client is initialized. */
  isInitialized = false
  readonly #pipe: Pipe
  readonly #pending = new Map<number, Pending>()
  readonly #listeners = new Set<UnaskedListener>()
  #problem: Problem | undefined
  #queuedChars = 0

  constructor(options: DuplexOptions) {
    this.isShared = options.isShared
    this.#pipe = options.open({
      onMessage: (message) => this.#take(message),
      onLong: (end) => this.#long(end),
      isAwaited: (idText) =>
        idText === undefined ? this.isBusy : this.#pending.has(Number(idText)),
      onEnd: (problem) => {
        this.#problem = problem
        for (const { queue } of this.#pending.values()) queue.fail(problem)
        options.onEnd(problem, !this.isInitialized)
      },
    })
  }

  /** Why the pipe is gone; undefined while it is there. */
  get problem(): Problem | undefined {
    return this.#problem
  }

  get pid(): number | undefined {
    return this.#pipe.pid
  }

  /** Whether any request waits for an answer. */
  get isBusy(): boolean {
    return this.#pending.size > 0
  }

  addListener(listener: UnaskedListener): void {
    this.#listeners.add(listener)
  }

  removeListener(listener: UnaskedListener): void {
    this.#listeners.delete(listener)
  }

  /** Writes a notification or a response. */
  async tell(text: string): Promise<void> {
    if (this.#problem !== undefined) throw this.#problem
    await this.#pipe.write(text)
  }

  /**
   * Writes a request; what comes back for it, progress and answer, is read from the queue. `onAbandoned` is told
   * once when nobody waits for the answer any more before it came, while the pipe is there.
   */
  ask(id: number, text: string, signal: CancelSignal, onAbandoned?: () => void): MessageQueue {
    if (this.#problem !== undefined) throw this.#problem
    const onAbort = (): void => {
      queue.fail(abortReason(signal))
      this.#abandon(id)
    }
    const queue = this.newQueue(() => this.#abandon(id))
    const release = (): void => signal.removeEventListener('abort', onAbort)
    this.#pending.set(id, { queue, signal, release, onAbandoned })
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      this.#pipe.write(text)?.catch((error: unknown) => {
        this.#pending.get(id)?.queue.fail(transportProblem(error))
      })
    } catch (error) {
      this.#release(id)
      throw error
    }
    return queue
  }

  /** A queue whose unread messages count against this pipe. */
  newQueue(onLeave: () => void): MessageQueue {
    return new MessageQueue((chars) => this.#count(-chars), onLeave)
  }

  /** Puts a message into a queue of this pipe. */
  offer(queue: MessageQueue, message: Message): void {
    this.#count(message.text.length)
    queue.push(message.text)
  }

  /** The queue of a request that still waits; undefined when it does not. */
  queueOf(id: number): MessageQueue | undefined {
    const queue = this.#pending.get(id)?.queue
    return queue?.isOpen === true ? queue : undefined
  }

  stop(): Promise<void> {
    return this.#pipe.stop()
  }

  #take(message: Message): void {
    if (message.kind === 'response') return this.#answer(message)
    if (message.method === 'notifications/progress') {
      const queue = this.queueOf(Number(paramText(message, 'progressToken')))
      if (queue !== undefined) return this.offer(queue, message)
    }
    if (message.kind === 'request' && this.isShared) return this.#answerHere(message)
    for (const listener of this.#listeners) listener(message)
  }

  #answer(message: Message): void {
    const id = Number(message.idText)
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.offer(pending.queue, message)
    pending.queue.end()
    this.#release(id)
  }

  /** A long answer is on the disk: there it stays until it was read, or until nobody waits for it any more. */
  #long(end: LongEnd): void {
    const id = Number(end.idText)
    const pending = this.#pending.get(id)
    if (end.kind === 'refused') return pending?.queue.fail(end.problem)
    if (pending === undefined) return end.event.discard()
    const { queue, signal } = pending
    this.#release(id)
    signal.addEventListener('abort', () => end.event.discard(abortReason(signal)), { once: true })
    queue.pushLarge(end.event)
    queue.end()
  }

  /** A shared pipe's sessions declare no reverse capability: only `ping` has an answer. */
  #answerHere(message: Message): void {
    const idText =
      message.idText ??
      textOf(message.text, memberOf(message.root, 'id')?.value ?? message.root.span)
    const text =
      message.method === 'ping'
        ? resultMessage(idText, '{}')
        : errorMessage(idText, RPC_METHOD_NOT_FOUND, 'the client did not declare this capability')
    this.#pipe.write(text)?.catch(() => {
      // A server that does not take the answer has to do without; its loss shows at the next call.
    })
  }

  #release(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    pending?.release()
    this.#pending.delete(id)
    return pending
  }

  #abandon(id: number): void {
    const pending = this.#release(id)
    if (this.#problem === undefined) pending?.onAbandoned?.()
  }

  #count(chars: number): void {
    const wasFull = this.#queuedChars > QUEUED_CHARS_MAX
    this.#queuedChars += chars
    const isFull = this.#queuedChars > QUEUED_CHARS_MAX
    if (wasFull !== isFull) this.#pipe.setPaused(isFull)
  }
}
