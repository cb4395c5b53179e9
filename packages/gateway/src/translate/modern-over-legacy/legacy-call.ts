import { setImmediate as nextTurn } from 'node:timers/promises'
import { Cancel, type CancelSignal } from '../../cancel.ts'
import {
  paramText,
  resultMessage,
  RPC_INVALID_REQUEST,
  RPC_METHOD_NOT_FOUND,
  type Message,
} from '../../protocol/message.ts'
import { rewriteParams } from '../../protocol/rewrite.ts'
import { largeMessage, type LargeEvent } from '../../protocol/sse/stream-event.ts'
import { abortReason, READ_ENOUGH } from '../../upstream/http/exchange.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { Asks } from './asks.ts'
import type { Offers } from './discovery.ts'
import { inputRequiredByPage } from './input-required.ts'
import type { LegacySession, Lease } from './legacy-session.ts'
import { isNews } from './session-hearing.ts'
import { messageSeverity } from './log-level.ts'
import { largeAnswer } from './large-answer.ts'
import type { OpenCall } from './open-call.ts'
import { Mailbox, QUIET } from './mailbox.ts'
import {
  modernError,
  modernResult,
  rpcCodeOf,
  type AnswerTo,
  type ModernAnswer,
} from './modern-answer.ts'
import { createdTask, taskResultText } from './tasks/task-words.ts'

/** A server that asks several things asks them within this, in milliseconds; then the client is asked all at once. */
const COLLECT_MS = 20

/** How servers refuse a call of a kind that a tool is not for (MCP 2025-11-25, tasks: tool-level negotiation). */
const NO_SUCH_CALL: ReadonlySet<number> = new Set([RPC_METHOD_NOT_FOUND, RPC_INVALID_REQUEST])

/** Messages of a session's stream that wait for one call. */
const OFFERED_MAX = 1_000

/** One request of the client's that a call serves: the first, or a retry that brings answers. */
export type Leg = {
  /** The id that the client's side of this hop knows. */
  readonly id: number
  /** The least severe message that it wants to hear; undefined for none (MCP 2026-07-28, logging). */
  readonly severityMin: number | undefined
  readonly signal: CancelSignal
}

/** What a call is for; `asTask` when the server was asked to answer with a task. */
export type LegacyCallFacts = {
  readonly id: number
  readonly method: string
  readonly target: string | undefined
  readonly asTask?: boolean
  /** Told when the server says that there is no such call. */
  readonly onUnknown?: () => void
}

/** What a call has for its client. */
export type Step =
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'final'; readonly answer: ModernAnswer }
  /** The final answer as it passes, which is over when it was read. */
  | { readonly kind: 'large'; readonly event: LargeEvent }

/** How a call that waits for its client is kept; gives the `requestState`. Throws when there is no room. */
export type Park = (call: LegacyCall) => string

/**
 * One call at a legacy server on behalf of a modern client. When the server asks something, the call is kept open and
 * the client answers in a request of its own: the call then goes on for that one (reference §1.2).
 */
export class LegacyCall implements OpenCall {
  readonly session: LegacySession
  readonly method: string
  readonly target: string | undefined
  /** The id, and the progress token, that the server knows. */
  readonly id: number
  /** Aborted when nobody waits any more. */
  readonly signal: CancelSignal
  readonly #facts: LegacyCallFacts
  readonly #lease: Lease
  readonly #over = new Cancel()
  readonly #asks: Asks
  readonly #mailbox = new Mailbox<Message>()
  readonly #spoken = Promise.withResolvers<void>()
  #leg: Leg | undefined
  #letGo: () => void = () => undefined
  #large: LargeEvent | undefined
  #isOver = false

  constructor(lease: Lease, facts: LegacyCallFacts) {
    this.session = lease.session
    this.method = facts.method
    this.target = facts.target
    this.id = facts.id
    this.signal = this.#over.signal
    this.#facts = facts
    this.#lease = lease
    this.#asks = new Asks(this.session.words.can)
    this.session.calls.set(this.id, this)
    this.signal.addEventListener('abort', () => this.#abandon(), { once: true })
  }

  /** Whether its client can be asked something: only three methods may be answered by `input_required`. */
  get mayAsk(): boolean {
    return mayAsk(this.method)
  }

  get severityMin(): number | undefined {
    return this.#leg?.severityMin
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Resolves when something came for this call on the session's stream. */
  get spoken(): Promise<void> {
    return this.#spoken.promise
  }

  /** Begins a leg: the call ends with its client. */
  attach(leg: Leg): void {
    this.#leg = leg
    this.#letGo = this.#over.follow(leg.signal)
  }

  /** A message of the call's own stream; resolves when there is room for the next. */
  take(message: Message): Promise<void> | undefined {
    return this.#mailbox.push(message)
  }

  /** A message that came where others wait too: a client that does not read loses notifications, not questions. */
  offer(message: Message): void {
    if (message.kind === 'notification' && this.#mailbox.size >= OFFERED_MAX) return
    this.#spoken.resolve()
    void this.#mailbox.push(message)
  }

  /** The answer, too large to be held: it comes after all that waits. Resolves when the call is over. */
  async takeLarge(event: LargeEvent): Promise<void> {
    this.#large = event
    this.#mailbox.end('ended')
    if (this.signal.aborted) return event.discard()
    await new Promise<void>((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** Nothing more comes from the server. */
  endOfStream(reason: { readonly error: unknown } | 'ended'): void {
    this.#mailbox.end(reason)
  }

  /** The server takes back a question of this call; whether it was this call's. */
  withdraw(message: Message): boolean {
    return this.#asks.withdraw(message)
  }

  /** Gives the client's answers to the server; a retry that has none is asked again. */
  async answer(responses: ReadonlyMap<string, string>): Promise<void> {
    // What the server took back meanwhile has no answer any more; the rest of what it said is read in its turn.
    for (const message of this.#mailbox.waiting)
      if (message.method === 'notifications/cancelled') this.#asks.withdraw(message)
    for (const text of this.#asks.answer(responses)) await this.session.tell(text)
  }

  /** Reads on until there is something for the client; after a `final` step the leg is over. */
  async next(park: Park): Promise<Step> {
    let isHeld = false
    for (;;) {
      const message = await this.#mailbox.take(this.#asks.size > 0 ? COLLECT_MS : undefined)
      if (message === QUIET) return { kind: 'final', answer: this.#parked(park) }
      if (message === undefined && this.#large !== undefined)
        return { kind: 'large', event: this.#largeOf(this.#large) }
      if (message === undefined) {
        this.finish()
        throw refuseUpstream('upstream.failed', { detail: 'the stream ended without a result' })
      }
      // What was logged on the session's stream and has arrived comes before the answer.
      if (message.kind === 'response' && this.severityMin !== undefined && !isHeld) {
        isHeld = true
        await nextTurn()
        void this.#mailbox.push(message)
        continue
      }
      const step = await this.#read(message)
      if (step !== undefined) return step
    }
  }

  /** Ends the call: because it was answered, or `reason` says why nobody waits. */
  finish(reason?: Error): void {
    if (reason !== undefined) return this.#over.abort(reason)
    if (this.#isOver) return
    this.#isOver = true
    this.#leave()
    this.#over.abort(READ_ENOUGH)
  }

  async #read(message: Message): Promise<Step | undefined> {
    if (message.kind === 'response') return { kind: 'final', answer: this.finalOf(message) }
    if (message.kind === 'request') return await this.#asked(message)
    const text = this.#noticeOf(message)
    return text === undefined ? undefined : { kind: 'notice', text }
  }

  /** The server's final response as its client gets it; the call is over with it. */
  finalOf(message: Message): ModernAnswer {
    const leg = this.#leg
    const to = {
      method: this.method,
      target: this.target,
      idText: String(leg?.id ?? this.id),
      serverInfoText: this.session.serverInfoText,
      isOffered: isOffered(this.method, this.session.offers),
    }
    this.finish()
    if (NO_SUCH_CALL.has(rpcCodeOf(message) ?? 0)) this.#facts.onUnknown?.()
    if (!message.isError) return this.#taskOf(message, to) ?? modernResult(message, to)
    return inputRequiredByPage(message, to, this.session.words.can) ?? modernError(message, to)
  }

  #largeOf({ chunks, discard }: LargeEvent): LargeEvent {
    return largeMessage(this.untilRead(chunks), discard)
  }

  /** The call's large answer as its client gets it; the call is over when it was read. */
  async *untilRead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* largeAnswer(chunks, {
        method: this.method,
        ownIdText: String(this.id),
        idText: String(this.#leg?.id ?? this.id),
        serverInfoText: this.session.serverInfoText,
        bytesMax: this.session.server.limits.resultBytesMax,
      })
    } finally {
      this.finish()
    }
  }

  /** The task that was begun instead of an answer, where one was asked for. */
  #taskOf(message: Message, { idText, serverInfoText }: AnswerTo): ModernAnswer | undefined {
    const task = this.#facts.asTask === true ? createdTask(message) : undefined
    if (task === undefined) return undefined
    this.session.tasks.of(task.taskId)
    const text = taskResultText(task, { resultType: 'task', serverInfoText })
    return { text: resultMessage(idText, text), status: 200 }
  }

  async #asked(message: Message): Promise<undefined> {
    const verdict = this.#asks.take(message)
    if (verdict !== 'asked') await this.session.tell(verdict.answerText)
  }

  #parked(park: Park): ModernAnswer {
    const idText = String(this.#leg?.id ?? this.id)
    const requests = this.#asks.requestsText()
    // Kept before the client hears of it: its answer may come at once.
    this.#letGo()
    this.#leg = undefined
    let state: string
    try {
      state = park(this)
    } catch (error) {
      this.finish(error instanceof Error ? error : new Error('no room'))
      throw error
    }
    const name = this.session.serverInfoText
    const meta = name === undefined ? '' : `,"_meta":{"io.modelcontextprotocol/serverInfo":${name}}`
    const result = `{"resultType":"input_required","inputRequests":${requests},"requestState":${JSON.stringify(state)}${meta}}`
    return { text: `{"jsonrpc":"2.0","id":${idText},"result":${result}}`, status: 200 }
  }

  #noticeOf(message: Message): string | undefined {
    const leg = this.#leg
    switch (message.method) {
      case 'notifications/message':
        return leg?.severityMin !== undefined && messageSeverity(message) >= leg.severityMin
          ? message.text
          : undefined
      case 'notifications/progress':
        return this.#progressOf(message)
      case 'notifications/cancelled':
        this.#asks.withdraw(message)
        return undefined
      default:
        return isNews(message) ? undefined : message.text
    }
  }

  #progressOf(message: Message): string | undefined {
    const leg = this.#leg
    if (paramText(message, 'progressToken') !== String(this.id) || leg === undefined)
      return undefined
    return leg.id === this.id
      ? message.text
      : rewriteParams(message, 'progressToken', String(leg.id))
  }

  /** Nobody waits any more: the server hears of it, and of the questions that stay without an answer. */
  #abandon(): void {
    if (this.#isOver) return
    this.#isOver = true
    const reason = abortReason(this.signal)
    this.#mailbox.end({ error: reason })
    this.#large?.discard()
    void this.session.cancel(this.id)
    for (const text of this.#asks.giveUp()) void this.session.tell(text)
    this.#leave()
  }

  #leave(): void {
    this.#letGo()
    this.session.calls.delete(this.id)
    this.#lease.release()
  }
}

/** The methods that `input_required` may answer (MCP 2026-07-28, multi round-trip requests). */
export function mayAsk(method: string): boolean {
  return method === 'tools/call' || method === 'prompts/get' || method === 'resources/read'
}

/** The capability that a server with this method declares: what is missing then is what the call names. */
const CAPABILITY_OF: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'tools'],
  ['prompts/get', 'prompts'],
  ['resources/read', 'resources'],
])

function isOffered(method: string, offers: Offers): boolean {
  const capability = CAPABILITY_OF.get(method)
  return capability !== undefined && offers.has(capability)
}
