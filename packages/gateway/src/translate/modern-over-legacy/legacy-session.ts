import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { Cancel, type CancelSignal } from '../../cancel.ts'
import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import {
  errorMessage,
  paramText,
  resultMessage,
  RPC_METHOD_NOT_FOUND,
  type Message,
} from '../../protocol/message.ts'
import type { Introduction } from '../../upstream/introduce.ts'
import { withDeadline } from '../../upstream/deadline.ts'
import { notificationText, requestText } from '../../upstream/own-request.ts'
import { readAnswer } from '../../upstream/read-answer.ts'
import type { Answer } from '../../upstream/ask.ts'
import { HELD_BYTES_MAX, type UpstreamLink } from '../../upstream/upstream.ts'
import type { ClientWords } from './client-words.ts'
import { offersOf, type Offers } from './discovery.ts'
import { FollowedResources } from './followed-resources.ts'
import { levelOf, messageSeverity } from './log-level.ts'
import type { CallSession, OpenCall } from './open-call.ts'
import { SessionStream, type SessionStreamParts } from './session-stream.ts'
import { SessionTasks } from './tasks/session-tasks.ts'

/** How long a server may take to hear what nobody waits for, in milliseconds. */
const TELL_TIMEOUT_MS = 2_000

/** What a session hears of that concerns its listeners, not its calls. */
const NEWS: ReadonlySet<string> = new Set([
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
])
/** What the modern era no longer has, and so nobody waits for. */
const GONE: ReadonlySet<string> = new Set([
  'notifications/elicitation/complete',
  // Names tasks by ids that no client knows: they are polled.
  'notifications/tasks/status',
])

/** The use of a session by one call; released once. */
export type Lease = { readonly session: LegacySession; release(): void }

/** Who hears the news of a session. None of these may throw. */
export interface NewsListener {
  hear(message: Message): void
  /** The stream was lost for a while: whatever it promised may have changed. */
  missed(): void
  /** The session, or what it was heard on, is gone. */
  lost(): void
}

/** Whose request it is, and how much of its answer is held, in bytes. */
export type SessionAskOptions = {
  readonly signal?: CancelSignal
  readonly heldBytesMax?: number
}

/** What a session is made of; its link is not introduced yet. */
export type LegacySessionParts = {
  readonly key: string
  readonly caller: CallerIdentity
  readonly server: ServerEntity
  readonly words: ClientWords
  readonly link: UpstreamLink
  readonly mintId: () => number
  readonly clock: SessionStreamParts['clock']
  /** Told when the server no longer knows the session. */
  readonly onLost: (session: LegacySession) => void
}

/** A session with a legacy server that the gateway keeps for the modern requests of one caller. */
export class LegacySession implements CallSession {
  readonly key: string
  readonly caller: CallerIdentity
  readonly server: ServerEntity
  readonly words: ClientWords
  readonly link: UpstreamLink
  /** Calls that are open, parked ones too, by the id that the server knows; the newest last. */
  readonly calls = new Map<number, OpenCall>()
  readonly listeners = new Set<NewsListener>()
  readonly resources: FollowedResources
  readonly tasks: SessionTasks
  /** Leases that are not released, and those among them that the server may ask. */
  users = 0
  askers = 0
  idleSinceMs = 0
  readonly #parts: LegacySessionParts
  readonly #over = new Cancel()
  readonly #stream: SessionStream
  #introduction: Introduction | undefined
  #serverInfoText: string | undefined
  #offers = offersOf('{}')
  /** The least severe level that the server was told to log. */
  #severity: number | undefined
  #levelSet: Promise<unknown> = Promise.resolve()
  readonly #telling = new Set<Promise<void>>()

  constructor(parts: LegacySessionParts) {
    this.#parts = parts
    this.key = parts.key
    this.caller = parts.caller
    this.server = parts.server
    this.words = parts.words
    this.link = parts.link
    this.tasks = new SessionTasks(this, () => parts.clock.monotonicMs())
    this.resources = new FollowedResources({
      ask: (method, paramsText) => this.ask(method, paramsText),
      ended: this.#over.signal,
    })
    this.#stream = new SessionStream({
      link: parts.link,
      clock: parts.clock,
      signal: this.#over.signal,
      take: (message) => this.#dispatch(message),
      onReopened: () => this.#missed(),
      onAbsent: () => {
        for (const listener of this.listeners) listener.lost()
      },
      onLost: () => parts.onLost(this),
    })
  }

  /** Whether it serves one asking call at a time: what a process asks names no call. */
  get isExclusive(): boolean {
    return this.server.transport.kind === 'stdio' && this.words.declaresReverse
  }

  get isIdle(): boolean {
    return this.users === 0 && this.listeners.size === 0 && !this.tasks.areRunning
  }

  /** Aborted when the session ends. */
  get ended(): CancelSignal {
    return this.#over.signal
  }

  /** The `initialize` result. */
  get greetingText(): string {
    return this.#introduction?.resultText ?? '{}'
  }

  get serverInfoText(): string | undefined {
    return this.#serverInfoText
  }

  /** What the server says that it has. */
  get offers(): Offers {
    return this.#offers
  }

  /** An id for a request on the session. */
  mintId(): number {
    return this.#parts.mintId()
  }

  /** The server has been greeted. */
  introduced(introduction: Introduction): void {
    this.#introduction = introduction
    const { resultText } = introduction
    const info = memberOf(scanObject(resultText), 'serverInfo')
    this.#serverInfoText = info === undefined ? undefined : textOf(resultText, info.value)
    this.#offers = offersOf(resultText)
  }

  /** Makes what the server sends beside its answers heard by the calls: a process sends everything on one way. */
  hearForCalls(): void {
    if (this.server.transport.kind === 'http') void this.#stream.open()
  }

  /** Makes what the server sends unasked heard; resolves with whether there is such a stream. */
  listen(): Promise<boolean> {
    return this.#stream.open()
  }

  /** Tells the server to log at least this severity; what is less severe than a call wants is left out by the call. */
  async logFrom(severity: number): Promise<void> {
    if (!this.#offers.has('logging')) return
    if (this.#severity === undefined || severity < this.#severity) {
      this.#severity = severity
      const paramsText = JSON.stringify({ level: levelOf(severity) })
      this.#levelSet = this.ask('logging/setLevel', paramsText).catch(() => {
        // The call itself is worth more than its log: a server that refuses keeps its own level.
        this.#severity = undefined
      })
    }
    await this.#levelSet
  }

  /** A request of ours over the session, for whom `options` says; rejects with a problem. */
  async ask(
    method: string,
    paramsText: string | undefined,
    { signal: outer, heldBytesMax = HELD_BYTES_MAX }: SessionAskOptions = {},
  ): Promise<Answer> {
    const { link, server } = this
    const either = new Cancel()
    const letGo = either.follow(...(outer === undefined ? [] : [outer]), this.ended)
    try {
      return await withDeadline(server.limits.callTimeoutMs, either, async (signal) => {
        const id = this.mintId()
        const sending = { id, method, headers: {}, signal, heldBytesMax }
        const response = await link.send(requestText(id, method, paramsText), sending)
        return await readAnswer(response, id, (message) => this.#dispatch(message))
      })
    } finally {
      letGo()
    }
  }

  /** Sends a response or a notification; never rejects. */
  async tell(text: string, method = ''): Promise<void> {
    const told = this.#send(text, method)
    this.#telling.add(told)
    await told
    this.#telling.delete(told)
  }

  /** Tells the server that nobody waits for a call any more. */
  async cancel(id: number): Promise<void> {
    const method = 'notifications/cancelled'
    const paramsText = `{"requestId":${id},"reason":"nobody waits for the result any more"}`
    await this.tell(notificationText(method, paramsText), method)
  }

  /** Whether a notification is news for listeners, or for nobody in the modern era. */
  isNews({ method }: Message): boolean {
    return NEWS.has(method) || GONE.has(method)
  }

  /** A message that came on a call's own stream: over HTTP it belongs to that call, from a process to whom it concerns. */
  fromCall(call: OpenCall, message: Message): Promise<void> | undefined {
    const isNews = message.kind === 'notification' && this.isNews(message)
    const isOwn = this.server.transport.kind === 'http' || message.kind === 'response'
    if (isOwn && !isNews) return call.take(message)
    this.#dispatch(message)
    return undefined
  }

  /** Tells all who listen that there is nothing to hear any more. */
  loseListeners(): void {
    const listeners = [...this.listeners]
    this.listeners.clear()
    for (const listener of listeners) listener.lost()
  }

  /** Ends the session and everything on it. */
  async end(reason: Error): Promise<void> {
    if (this.#over.aborted) return
    for (const call of this.calls.values()) call.finish(reason)
    this.#over.abort(reason)
    this.loseListeners()
    // What the calls had to say at their end goes over the session, so before it.
    await Promise.all(this.#telling)
    await this.link.close()
  }

  /** A message that names no call: it goes to the newest one that may take it. */
  #dispatch(message: Message): void {
    const newestFirst = [...this.calls.values()].toReversed()
    if (message.kind === 'response') return this.calls.get(Number(message.idText))?.offer(message)
    if (message.kind === 'request') {
      if (this.tasks.take(message)) return
      const call = newestFirst.find((open) => open.mayAsk)
      return call === undefined ? void this.#answerForNobody(message) : call.offer(message)
    }
    switch (message.method) {
      case 'notifications/progress':
        return this.calls.get(Number(paramText(message, 'progressToken')))?.offer(message)
      case 'notifications/message':
        return newestFirst
          .find(
            ({ severityMin }) =>
              severityMin !== undefined && messageSeverity(message) >= severityMin,
          )
          ?.offer(message)
      case 'notifications/cancelled':
        if (!newestFirst.some((call) => call.withdraw(message))) this.tasks.withdraw(message)
        return
      default:
        if (this.isNews(message)) return this.#tellNews(message)
        return newestFirst[0]?.offer(message)
    }
  }

  #tellNews(message: Message): void {
    for (const listener of this.listeners) listener.hear(message)
  }

  #missed(): void {
    for (const listener of this.listeners) listener.missed()
  }

  async #send(text: string, method: string): Promise<void> {
    try {
      await this.link.send(text, {
        method,
        id: undefined,
        headers: {},
        signal: AbortSignal.timeout(TELL_TIMEOUT_MS),
        heldBytesMax: HELD_BYTES_MAX,
      })
    } catch {
      // The server may be the very thing that failed: its loss is reported where its answer is missed.
    }
  }

  async #answerForNobody(message: Message): Promise<void> {
    const idText = message.idText ?? 'null'
    const sentence = 'no call is open that the client could be asked in'
    await this.tell(
      message.method === 'ping'
        ? resultMessage(idText, '{}')
        : errorMessage(idText, RPC_METHOD_NOT_FOUND, sentence),
    )
  }
}
