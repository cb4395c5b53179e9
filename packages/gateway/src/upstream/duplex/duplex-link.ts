import type { CancelSignal } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { dataOf } from '../../protocol/sse/event.ts'
import type { StreamEvent } from '../../protocol/sse/stream-event.ts'
import { readMessage, resultMessage, type Message } from '../../protocol/message.ts'
import { heldEvents } from '../held-events.ts'
import { refuseUpstream } from '../problems.ts'
import {
  SessionLost,
  type ListenOptions,
  type SendOptions,
  type UpstreamBody,
  type UpstreamLink,
  type UpstreamResponse,
} from '../upstream.ts'
import type { MessageQueue } from './message-queue.ts'
import type { Duplex } from './duplex.ts'

/** Messages that wait for a stream to open; older ones give way, since nobody listened for them. */
const BACKLOG_MAX = 256

/** One session's view of a pipe that it may share with others. */
export class DuplexLink implements UpstreamLink {
  readonly server: ServerEntity
  readonly #duplex: Duplex
  readonly #onClose: () => void
  readonly #asked = new Set<number>()
  readonly #listener = (message: Message): void => this.#route(message)
  #stream: MessageQueue | undefined
  #backlog: Message[] = []
  #isClosed = false

  constructor(server: ServerEntity, duplex: Duplex, onClose: () => void) {
    this.server = server
    this.#duplex = duplex
    this.#onClose = onClose
    duplex.addListener(this.#listener)
  }

  async send(text: string, options: SendOptions): Promise<UpstreamResponse> {
    // A pipe that is gone took the session's state with it: the client has to initialize again.
    if (this.#duplex.problem !== undefined) {
      if (options.method === 'initialize') throw this.#duplex.problem
      throw new SessionLost('the way to the server has ended', { cause: this.#duplex.problem })
    }
    if (options.id === undefined) {
      if (options.method !== 'notifications/initialized' || this.#startInitialized())
        await this.#duplex.tell(text)
      return answered(202, { kind: 'none', detail: '' })
    }
    if (options.method === 'initialize') {
      const message = resultMessage(
        String(options.id),
        await this.#greet(options.id, text, options.signal),
      )
      return answered(200, { kind: 'message', text: message })
    }
    const { id } = options
    const queue = this.#duplex.ask(id, text, options.signal)
    this.#asked.add(id)
    return answered(200, { kind: 'events', native: false, events: this.#drain(id, queue) })
  }

  async listen(
    _lastEventId: string | undefined,
    options: ListenOptions,
  ): Promise<UpstreamResponse> {
    if (this.#duplex.problem !== undefined) {
      throw new SessionLost('the way to the server has ended', { cause: this.#duplex.problem })
    }
    this.#stream?.end()
    const stream = this.#duplex.newQueue(() => {
      if (this.#stream === stream) this.#stream = undefined
    })
    this.#stream = stream
    options.signal.addEventListener('abort', () => stream.end(), { once: true })
    for (const message of this.#backlog.splice(0)) this.#duplex.offer(stream, message)
    return await Promise.resolve(answered(200, { kind: 'events', native: false, events: stream }))
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#isClosed = true
    this.#duplex.removeListener(this.#listener)
    this.#stream?.end()
    this.#onClose()
    return Promise.resolve()
  }

  /** Ends the stream of unasked messages when the pipe is gone. */
  lose(): void {
    this.#stream?.end()
  }

  /** One greeting per pipe: the first session's `initialize` goes through, the others get its result. */
  #greet(id: number, text: string, signal: CancelSignal): Promise<string> {
    this.#duplex.greeting ??= firstResult(this.#duplex.ask(id, text, signal)).catch(
      (error: unknown) => {
        this.#duplex.greeting = undefined
        throw error
      },
    )
    return this.#duplex.greeting
  }

  #startInitialized(): boolean {
    const isFirst = !this.#duplex.isInitialized
    this.#duplex.isInitialized = true
    return isFirst
  }

  async *#drain(id: number, queue: MessageQueue): AsyncGenerator<StreamEvent> {
    try {
      yield* queue
    } finally {
      this.#asked.delete(id)
    }
  }

  /**
   * What comes unasked goes to exactly one stream: a request to the newest call in flight, which most
   * likely caused it; a notification to the open stream of the session before that.
   */
  #route(message: Message): void {
    const calls = [...this.#asked].toReversed().map((id) => this.#duplex.queueOf(id))
    const call = calls.find((queue) => queue !== undefined)
    const stream = this.#stream?.isOpen === true ? this.#stream : undefined
    const queue = message.kind === 'request' ? (call ?? stream) : (stream ?? call)
    if (queue !== undefined) return this.#duplex.offer(queue, message)
    this.#backlog.push(message)
    if (this.#backlog.length > BACKLOG_MAX) this.#backlog.shift()
  }
}

async function firstResult(queue: MessageQueue): Promise<string> {
  for await (const event of heldEvents(queue)) {
    const message = readMessage(dataOf(event) ?? '')
    if (message.kind !== 'response') continue
    const result = memberOf(message.root, 'result')
    if (result !== undefined) return textOf(message.text, result.value)
    const error = memberOf(message.root, 'error')
    const detail = `it refused to initialize: ${error === undefined ? '' : textOf(message.text, error.value)}`
    throw refuseUpstream('upstream.failed', { detail })
  }
  throw refuseUpstream('upstream.failed', { detail: 'it did not answer initialize' })
}

function answered(status: number, body: UpstreamBody): UpstreamResponse {
  return { status, sessionId: undefined, body }
}
