import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { Cancel, type CancelSignal } from '../../cancel.ts'
import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import type { Message } from '../../protocol/message.ts'
import type { Introduction } from '../../upstream/introduce.ts'
import { withDeadline } from '../../upstream/deadline.ts'
import { notificationText, requestText } from '../../upstream/own-request.ts'
import { readAnswer } from '../../upstream/read-answer.ts'
import type { Answer } from '../../upstream/ask.ts'
import { HELD_BYTES_MAX, type UpstreamLink } from '../../upstream/upstream.ts'
import type { ClientWords } from './client-words.ts'
import { offersOf, type Offers } from './discovery.ts'
import { FollowedResources } from './followed-resources.ts'
import type { CallSession, OpenCall } from './open-call.ts'
import { hear, hearFromCall, type NewsListener } from './session-hearing.ts'
import { SessionLevel } from './session-level.ts'
import { SessionStream, type SessionStreamParts } from './session-stream.ts'
import { SessionTasks } from './tasks/session-tasks.ts'

/** How long a server may take to hear what nobody waits for, in milliseconds. */
const TELL_TIMEOUT_MS = 2_000

/** The use of a session by one call; released once. */
export type Lease = { readonly session: LegacySession; release(): void }

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
  readonly #level = new SessionLevel((method, paramsText) => this.ask(method, paramsText))
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
      take: (message) => hear(this, message),
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
    if (this.#offers.has('logging')) await this.#level.logFrom(severity)
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
        return await readAnswer(response, id, (message) => hear(this, message))
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

  /** A message that came on a call's own stream: over HTTP it belongs to that call, from a process to whom it concerns. */
  fromCall(call: OpenCall, message: Message): Promise<void> | undefined {
    return hearFromCall(this, call, message)
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

  /** The stream was lost for a while. */
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
}
