import type { CancelSignal } from '../../cancel.ts'
import { metaText, paramText, type Message } from '../../protocol/message.ts'
import { notificationText } from '../own-request.ts'
import type { MessageQueue } from '../duplex/message-queue.ts'
import type { Duplex } from '../duplex/duplex.ts'

/** The `_meta` key that ties a message to its listen request (MCP 2026-07-28, subscriptions). */
const META_SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'
const LISTEN = 'subscriptions/listen'

/**
 * A process that speaks the modern era (MCP 2026-07-28, stdio): all requests share its pipes, answers and progress
 * come back by id, news by their subscription, and what belongs to nothing goes to the newest request.
 */
export class ModernChild {
  readonly #child: Duplex
  /** Requests that wait, by id, in the order in which they were asked. */
  readonly #waiting = new Map<number, { readonly method: string }>()

  constructor(child: Duplex) {
    this.#child = child
    child.addListener((message) => this.#route(message))
  }

  /** Writes a request; giving it up before its answer tells the server that it is cancelled. */
  ask(id: number, method: string, text: string, signal: CancelSignal): MessageQueue {
    const queue = this.#child.ask(id, text, signal, () => this.#cancel(id))
    this.#waiting.set(id, { method })
    return queue
  }

  /** Forgets a request: its answer was read, or nobody reads it. */
  forget(id: number): void {
    this.#waiting.delete(id)
    // A process that has answered has served: its end is then no failure to start.
    this.#child.isInitialized = true
  }

  async tell(text: string): Promise<void> {
    await this.#child.tell(text)
  }

  #cancel(id: number): void {
    this.#waiting.delete(id)
    const paramsText = `{"requestId":${id},"reason":"nobody waits for the result any more"}`
    // A process that cannot be told any more has ended: its loss is reported where its answers are missed.
    this.#child.tell(notificationText('notifications/cancelled', paramsText)).catch(() => undefined)
  }

  #route(message: Message): void {
    // A modern server asks by its results alone, and may not be answered here.
    if (message.kind !== 'notification') return
    const subscription = idIn(metaText(message, META_SUBSCRIPTION))
    if (message.method === 'notifications/cancelled') {
      const requestId = idIn(paramText(message, 'requestId')) ?? subscription
      return requestId === undefined ? undefined : this.#child.queueOf(requestId)?.end()
    }
    const queue =
      subscription === undefined ? this.#newestCall() : this.#child.queueOf(subscription)
    if (queue !== undefined) this.#child.offer(queue, message)
  }

  /** Logs name no request: the newest call most likely wrote them; a listen stream never does. */
  #newestCall(): MessageQueue | undefined {
    for (const [id, { method }] of [...this.#waiting].toReversed()) {
      const queue = method === LISTEN ? undefined : this.#child.queueOf(id)
      if (queue !== undefined) return queue
    }
    return undefined
  }
}

/** One of our ids, which a server may have written as a string. */
function idIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const id = Number(text.replaceAll('"', ''))
  return Number.isSafeInteger(id) ? id : undefined
}
