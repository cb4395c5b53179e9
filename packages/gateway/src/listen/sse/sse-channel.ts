import type { CancelSignal } from '../../cancel.ts'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { messageEvent } from '../../protocol/sse/event.ts'
import type { Endpoint } from '../../route/endpoint.ts'
import type { HttpReply } from '../http-reply.ts'
import type { ClientSession } from '../session/client-session.ts'
import type { SharedWay } from '../shared-reply.ts'

/** An open stream of HTTP+SSE, which carries everything that is said to one client (MCP 2024-11-05). */
export class SseChannel implements SharedWay {
  readonly caller: CallerIdentity
  readonly endpoint: Endpoint
  readonly left: CancelSignal
  readonly keepAliveMs: number
  /** Resolves when the client has left or the stream was ended. */
  readonly over: Promise<void>
  /** The session, once the client has sent `initialize`. */
  session: ClientSession | undefined
  /** Whether what the servers say unasked is being relayed. */
  isListening = false
  readonly #reply: HttpReply
  readonly #finish: () => void
  readonly #carrying = new Set<Promise<void>>()
  #written: Promise<void> = Promise.resolve()

  constructor(reply: HttpReply, caller: CallerIdentity, endpoint: Endpoint) {
    this.#reply = reply
    this.caller = caller
    this.endpoint = endpoint
    this.left = reply.left
    const { promise, resolve } = Promise.withResolvers<void>()
    this.over = promise
    this.#finish = resolve
    reply.left.addEventListener('abort', () => resolve(), { once: true })
    if (reply.left.aborted) resolve()
    this.keepAliveMs = reply.keepAliveMs
  }

  get requestId(): string {
    return this.#reply.requestId
  }

  /** The way of what the servers say unasked: a refusal of theirs to say anything is nothing to say. */
  get ofNews(): SharedWay {
    const { left, keepAliveMs, requestId } = this
    return {
      left,
      keepAliveMs,
      requestId,
      open: () => undefined,
      say: (text, signal) => this.say(text, signal),
      answer: () => undefined,
    }
  }

  /** Opens the stream and names the address of the client's messages. */
  async start(address: string): Promise<void> {
    this.#reply.startEvents()
    const fields = [
      { name: 'event', value: 'endpoint' },
      { name: 'data', value: address },
    ]
    await this.#reply.event({ fields })
  }

  open(): void {
    // It is open for as long as the client is there.
  }

  say(text: string, signal?: CancelSignal): Promise<void> {
    return this.#reply.event(messageEvent(text), signal)
  }

  answer(_status: number, text: string): void {
    this.#written = this.#reply.event(messageEvent(text))
  }

  end(): void {
    this.#reply.end()
    this.#finish()
  }

  /** Waits until the client has taken what was said to it: a client that does not read may not ask for more. */
  drained(): Promise<void> {
    return this.#written
  }

  /** Keeps a message's work, so that the session outlives the stream until it is done. */
  hold(work: Promise<void>): void {
    this.#carrying.add(work)
    void work.finally(() => this.#carrying.delete(work))
  }

  /** Resolves when no message is being carried any more. */
  async idle(): Promise<void> {
    while (this.#carrying.size > 0) await Promise.all(this.#carrying)
  }
}
