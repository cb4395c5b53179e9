import { Cancel, type CancelSignal } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import type { Codec } from '../../protocol/codec.ts'
import { legacyCodecOf, LEGACY_NEWEST } from '../../protocol/revisions.ts'
import { paramText, type Message } from '../../protocol/message.ts'
import { rewriteParams, rewriteRequest, rewriteResponse } from '../../protocol/rewrite.ts'
import { CallAbort } from '../../upstream/call-abort.ts'
import type { Call } from '../../upstream/call.ts'
import type { OpenLink } from '../../upstream/links.ts'
import type { LinkState } from '../../seal/session-token.ts'
import type {
  KeptLink,
  SendOptions,
  UpstreamLink,
  UpstreamResponse,
} from '../../upstream/upstream.ts'
import { DROP, progressOf, type Inbound } from '../delivery/inbound.ts'
import type { Greeting } from './greeting.ts'
import { SessionState } from './session-state.ts'

/** Requests of servers that wait for this client's answer; a client that never answers cannot grow it further. */
const ASKS_MAX = 256

/** Final responses kept for a client that lost the stream and resumes it, in characters per session. */
const DELIVERED_CHARS_MAX = 1024 * 1024

type Ask = {
  readonly link: UpstreamLink
  readonly idText: string
  readonly tokenText: string | undefined
}

/** A link that the gateway opened itself, and what the server said to its greeting; undefined when it said it to an earlier process. */
export type Greeted = { readonly link: UpstreamLink; readonly resultText: string | undefined }

/** What it takes to go on with a session from another process. */
export type KeptSession = {
  readonly links: readonly LinkState[]
  /** Whether it may come to have what only its notes know. */
  readonly needsNotes: boolean
}

/** What a session is made of. */
export type SessionParts = {
  readonly id: string
  readonly endpointId: string
  readonly caller: CallerIdentity
  readonly greeting: Greeting
  readonly openLink: OpenLink
  readonly mintId: () => number
}

/**
 * A legacy client's session: its links to servers, the calls it has in flight by their minted ids, and
 * the requests that servers put to it. Ids never cross from one session to another.
 */
export class ClientSession {
  readonly id: string
  readonly endpointId: string
  readonly caller: CallerIdentity
  readonly greeting: Greeting
  /** Aborted when the session ends. */
  readonly ended: CancelSignal
  readonly #end = new Cancel()
  readonly #parts: SessionParts
  readonly #links = new Map<string, UpstreamLink>()
  readonly #calls = new Map<number, Call>()
  readonly #asks = new Map<number, Ask>()
  readonly #linkListeners = new Set<(link: UpstreamLink) => void>()
  readonly #delivered = new Map<number, string>()
  #codec: Codec
  #deliveredChars = 0
  /** Greetings by server: made once, when the gateway introduces the client itself. */
  readonly greeted = new Map<string, Promise<Greeted>>()
  /** What the client was told by the answer to its `initialize`, as JSON text. */
  greetingResult: string | undefined
  readonly state = new SessionState()
  /** Open streams of unasked messages: a session with one is in use. */
  streams = 0
  /** Links whose sessions the session's id carries: their state outlives this process. */
  readonly #carried = new Set<UpstreamLink>()
  #isKept = false
  /** Since when it is here, as a minted id, when it was taken up from an earlier process. */
  #takenUpAt: number | undefined
  #isForgetful = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.id = parts.id
    this.endpointId = parts.endpointId
    this.caller = parts.caller
    this.greeting = parts.greeting
    this.#codec = legacyCodecOf(parts.greeting.revision) ?? LEGACY_NEWEST
    this.ended = this.#end.signal
  }

  /** Whether it belongs to one server: its state is then that server's state. */
  get isTransparent(): boolean {
    return this.endpointId.startsWith('s/')
  }

  /** The revision that is spoken: what the client asked for until the answer to `initialize` has said what it is. */
  get codec(): Codec {
    return this.#codec
  }

  /** Notes the revision that was agreed on. */
  agree(revision: string | undefined): void {
    this.#codec = legacyCodecOf(revision) ?? this.#codec
  }

  get isBusy(): boolean {
    return this.streams > 0 || this.#calls.size > 0
  }

  get links(): readonly UpstreamLink[] {
    return [...this.#links.values()]
  }

  linkTo(serverId: string): UpstreamLink | undefined {
    return this.#links.get(serverId)
  }

  /** A new link to a server; nothing was sent over it yet. */
  attach(server: ServerEntity): UpstreamLink {
    return this.#link(server)
  }

  /** It goes on here after another process; `isForgetful` when what that one noted of it is not known. */
  takeUp(isForgetful: boolean): void {
    this.#takenUpAt = this.#parts.mintId()
    this.#isForgetful = isForgetful
    this.#isKept = true
  }

  get isTakenUp(): boolean {
    return this.#takenUpAt !== undefined
  }

  /** Whether an earlier process may have set something at its servers of which this one does not know. */
  get isForgetful(): boolean {
    return this.#isForgetful
  }

  /** Whether an id of a server's request was given out by an earlier process. */
  isOfBefore(message: Message): boolean {
    return this.#takenUpAt !== undefined && Number(message.idText) < this.#takenUpAt
  }

  /** A link that goes on with the session that another process had with the server. Throws {@link SessionLost} where that cannot be. */
  adopt(server: ServerEntity, kept: KeptLink): void {
    const link = this.#link(server, kept)
    this.#carried.add(link)
    // An aggregate greeted it in the client's words, and each speaks a revision of its own.
    if (!this.isTransparent)
      this.greeted.set(server.id, Promise.resolve({ link, resultText: undefined }))
  }

  /**
   * What it takes to go on from another process; undefined when its only server's state lives in this one. Members of an
   * aggregate that cannot be gone on with are greeted anew, which nobody notices as long as nothing was done there.
   */
  kept(): KeptSession | undefined {
    const { links } = this
    if (this.isTransparent && links.length === 0) return undefined
    const states: LinkState[] = []
    let needsNotes = false
    for (const link of links) {
      const kept = link.kept?.()
      const { offer } = kept ?? {}
      if (kept === undefined || offer?.logging === true || offer?.subscribe === true)
        needsNotes = true
      if (kept !== undefined && (this.isTransparent || offer === undefined))
        states.push({ serverId: link.server.id, ...kept })
      else if (this.isTransparent) return undefined
    }
    return { links: states, needsNotes }
  }

  /** Its id carries those of its links that can be gone on with. */
  carry({ links }: KeptSession): void {
    this.#isKept = true
    const carried = new Set(links.map(({ serverId }) => serverId))
    for (const link of this.links) if (carried.has(link.server.id)) this.#carried.add(link)
  }

  /** A link that is none of the session's: to learn what its server says of itself. */
  openBeside(server: ServerEntity, kept?: KeptLink): UpstreamLink {
    const { caller, openLink } = this.#parts
    const { revision, declaresReverse } = this.greeting
    const { level, subscriptions } = this.state
    const said = {
      greetingText: this.greeting.paramsText,
      level,
      uris: subscriptions.at(server.id),
    }
    return openLink(server, { caller, revision, declaresReverse, kept, said })
  }

  #link(server: ServerEntity, kept?: KeptLink): UpstreamLink {
    const link = this.openBeside(server, kept)
    this.#links.set(server.id, link)
    for (const listener of this.#linkListeners) listener(link)
    return link
  }

  /** Runs work for every link, present and coming, until the signal ends it; rejects when one run does. */
  async onLinks(signal: CancelSignal, work: (link: UpstreamLink) => Promise<void>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const listener = (link: UpstreamLink): void => void work(link).catch(reject)
      this.#linkListeners.add(listener)
      const finish = (): void => {
        this.#linkListeners.delete(listener)
        resolve()
      }
      signal.addEventListener('abort', finish, { once: true })
      if (signal.aborted) return finish()
      for (const link of this.links) listener(link)
    })
  }

  /** Gives a link up: the server no longer knows it. */
  detach(link: UpstreamLink): void {
    if (this.#links.get(link.server.id) === link) {
      this.#links.delete(link.server.id)
      this.greeted.delete(link.server.id)
    }
    for (const [id, ask] of this.#asks) if (ask.link === link) this.#asks.delete(id)
    void link.close()
  }

  /** Sends a call over a link and keeps it findable by its minted id until it is settled. */
  send(
    link: UpstreamLink,
    call: Call,
    text: string,
    options: Omit<SendOptions, 'id' | 'method'>,
  ): Promise<UpstreamResponse> {
    const { mintedId, method } = call.facts
    // Before it is sent: what happens there is known to no other process.
    if (method === 'tools/call' && this.#endsHere(link)) this.state.bind()
    this.#calls.set(mintedId, call)
    call.onEnd(() => this.#calls.delete(mintedId))
    return link.send(text, { ...options, id: mintedId, method, deadline: call })
  }

  /** What a message of one of this session's servers is for the client. */
  inbound(link: UpstreamLink, message: Message): Inbound {
    if (message.kind === 'response') {
      const call = this.#calls.get(Number(message.idText))
      if (call?.facts.server.id === link.server.id) return { kind: 'final', call }
      // A resumed stream repeats what the client may have missed: the same text, settled once.
      const text = this.#delivered.get(Number(message.idText))
      return text === undefined ? DROP : { kind: 'forward', text }
    }
    if (message.kind === 'request') return this.#ask(link, message)
    if (message.method === 'notifications/progress') {
      const call = this.#calls.get(Number(paramText(message, 'progressToken')))
      return call === undefined ? DROP : progressOf(call, message)
    }
    return message.method === 'notifications/cancelled'
      ? this.#unask(link, message)
      : { kind: 'forward', text: message.text }
  }

  /** Keeps a final response of a resumable stream, in case the client did not get it; the oldest give way. */
  remember(call: Call, text: string): void {
    this.#delivered.set(call.facts.mintedId, text)
    this.#deliveredChars += text.length
    for (const [id, old] of this.#delivered) {
      if (this.#deliveredChars <= DELIVERED_CHARS_MAX) return
      this.#delivered.delete(id)
      this.#deliveredChars -= old.length
    }
  }

  /** The client's answer to a server's request, for the server that asked; undefined when nobody did. */
  answer(message: Message): { link: UpstreamLink; text: string } | undefined {
    const id = Number(message.idText)
    const ask = this.#asks.get(id)
    if (ask === undefined) return undefined
    this.#asks.delete(id)
    return { link: ask.link, text: rewriteResponse(message, ask.idText) }
  }

  /** The client's progress on a server's request, with the server's own token. */
  progress(message: Message): { link: UpstreamLink; text: string } | undefined {
    const ask = this.#asks.get(Number(paramText(message, 'progressToken')))
    if (ask?.tokenText === undefined) return undefined
    return { link: ask.link, text: rewriteParams(message, 'progressToken', ask.tokenText) }
  }

  /** The call that the client cancels by its own id; the newest, should it have used the id twice. */
  callOf(idText: string | undefined): Call | undefined {
    return [...this.#calls.values()].toReversed().find((call) => call.facts.idText === idText)
  }

  /** Ends the session: calls in flight are cancelled, servers hear of it. */
  async close(reason: CallAbort = new CallAbort('cancelled', undefined)): Promise<void> {
    this.#stop(reason)
    const links = this.links
    this.#links.clear()
    this.#asks.clear()
    await Promise.all(links.map((link) => link.close()))
  }

  /** Ends it in this process alone when another one can go on with it, else for good. */
  async leave(reason: CallAbort): Promise<void> {
    if (!this.#isKept || this.state.isBound) return await this.close(reason)
    const others = this.links.filter((link) => !this.#carried.has(link))
    this.#stop(reason)
    this.#links.clear()
    this.#asks.clear()
    await Promise.all(others.map((link) => link.close()))
  }

  /** Whether a server's state of this session, if it has any, is lost with this process. */
  #endsHere(link: UpstreamLink): boolean {
    return !this.#carried.has(link) && link.kept?.()?.offer === undefined
  }

  #stop(reason: CallAbort): void {
    this.#end.abort(reason)
    for (const call of this.#calls.values()) call.abort(reason)
  }

  #ask(link: UpstreamLink, message: Message): Inbound {
    const minted = this.#parts.mintId()
    const [oldest] = this.#asks.keys()
    if (this.#asks.size >= ASKS_MAX && oldest !== undefined) this.#asks.delete(oldest)
    const meta = message.meta?.members.find(({ key }) => key === 'progressToken')
    const tokenText =
      meta === undefined ? undefined : message.text.slice(meta.value.start, meta.value.end)
    this.#asks.set(minted, { link, idText: message.idText ?? 'null', tokenText })
    const text = rewriteRequest(message, { idText: String(minted), tokenText: String(minted) })
    return { kind: 'forward', text }
  }

  /** A server takes its own request back. */
  #unask(link: UpstreamLink, message: Message): Inbound {
    const requestId = paramText(message, 'requestId')
    for (const [minted, ask] of this.#asks) {
      if (ask.link !== link || ask.idText !== requestId) continue
      this.#asks.delete(minted)
      return { kind: 'forward', text: rewriteParams(message, 'requestId', String(minted)) }
    }
    return DROP
  }
}
