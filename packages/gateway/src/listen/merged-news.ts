import { scanObject } from '../protocol/json/scan.ts'
import { memberOf, textOf } from '../protocol/json/span.ts'
import { readMessage, paramString, type Message } from '../protocol/message.ts'
import { rewriteParams } from '../protocol/rewrite.ts'
import { messageEvent } from '../protocol/sse/event.ts'
import { notificationText } from '../upstream/own-request.ts'
import type { UpstreamLink } from '../upstream/upstream.ts'
import { DROP, type Inbound, type ReadInbound } from './delivery/inbound.ts'
import type { Endpoint } from '../route/endpoint.ts'
import type { Reply } from './reply.ts'
import type { ClientSession } from './session/client-session.ts'

/** The lists that a server may say have changed, by its capability. */
export const LISTS = ['tools', 'prompts', 'resources'] as const
type List = (typeof LISTS)[number]
const LIST_CHANGED = /^notifications\/(tools|prompts|resources)\/list_changed$/
const UPDATED = 'notifications/resources/updated'

/** Changes of one list within this time are told once, in milliseconds: a restart changes all of a server's lists. */
const DEBOUNCE_MS = 100

/** A client's session, and the endpoint at which it is. */
export type SessionThere = { readonly session: ClientSession; readonly endpoint: Endpoint }

/**
 * What the stream of an aggregate's legacy session tells, of all its servers and of the configuration: changes of a
 * list once, and only of lists that the client was told may change; resources under the client's own names.
 */
export class MergedNews {
  readonly #hop: SessionThere
  readonly #reply: Pick<Reply, 'event'>
  readonly #onFault: (error: unknown) => void
  readonly #due = new Map<List, NodeJS.Timeout>()
  readonly #unwatch: () => void

  /** `onFault` is told when the client cannot be written to. */
  constructor(hop: SessionThere, reply: Pick<Reply, 'event'>, onFault: (error: unknown) => void) {
    this.#hop = hop
    this.#reply = reply
    this.#onFault = onFault
    const { endpoint, session } = hop
    const changed = (): void => LISTS.forEach((list) => this.#changed(list))
    this.#unwatch = endpoint.watchLists?.(session.caller, changed) ?? NOTHING
  }

  /** A server's messages for this stream. */
  inboundOf(link: UpstreamLink): ReadInbound {
    const named = inboundAt(this.#hop, link)
    return (message) => {
      const list = changedList(message)
      if (list === undefined) return named(message)
      this.#changed(list)
      return DROP
    }
  }

  /** News that the gateway itself tells for a server. */
  async tell(link: UpstreamLink, text: string): Promise<void> {
    const read = this.inboundOf(link)(readMessage(text))
    if (read.kind === 'forward') await this.#reply.event(messageEvent(read.text))
  }

  close(): void {
    this.#unwatch()
    for (const timer of this.#due.values()) clearTimeout(timer)
    this.#due.clear()
  }

  #changed(list: List): void {
    if (this.#due.has(list) || !isPromised(this.#hop, list)) return
    const timer = setTimeout(() => {
      this.#due.delete(list)
      const text = notificationText(`notifications/${list}/list_changed`)
      this.#reply.event(messageEvent(text)).catch(this.#onFault)
    }, DEBOUNCE_MS)
    this.#due.set(list, timer)
  }
}

/** What messages of one server are for the client of an aggregate: of lists that it was not told may change it hears nothing. */
export function inboundAt(hop: SessionThere, link: UpstreamLink): ReadInbound {
  const { endpoint, session } = hop
  return (message) => {
    const list = changedList(message)
    if (list !== undefined && !isPromised(hop, list)) return DROP
    const read = session.inbound(link, message)
    const isUpdate = read.kind === 'forward' && message.method === UPDATED
    return isUpdate && endpoint.shownUri !== undefined ? named(hop, link, message) : read
  }
}

/** An updated resource under the name by which the client reaches it here. */
function named({ endpoint, session }: SessionThere, link: UpstreamLink, message: Message): Inbound {
  const uri = paramString(message, 'uri')
  const reader = { caller: session.caller, era: 'legacy', sessionId: session.id } as const
  const shown = uri === undefined ? undefined : endpoint.shownUri?.(reader, link.server, uri)
  return shown === undefined || shown === uri
    ? { kind: 'forward', text: message.text }
    : { kind: 'forward', text: rewriteParams(message, 'uri', JSON.stringify(shown)) }
}

function changedList({ method }: Message): List | undefined {
  const name = LIST_CHANGED.exec(method)?.[1]
  return LISTS.find((list) => list === name)
}

/** Whether the answer to `initialize` said so; a session that was taken over from another gateway is told of all. */
function isPromised({ endpoint, session }: SessionThere, list: List): boolean {
  const { greetingResult } = session
  if (endpoint.server !== undefined || greetingResult === undefined) return true
  return saysChanges(greetingResult, list)
}

/** The lists that a greeting says may change. */
export function changingLists(greetingText: string): readonly List[] {
  return LISTS.filter((list) => saysChanges(greetingText, list))
}

function saysChanges(greetingText: string, list: List): boolean {
  return valueIn(valueIn(valueIn(greetingText, 'capabilities'), list), 'listChanged') === 'true'
}

/** The JSON text of a member; an empty object's when there is none. */
function valueIn(text: string, key: string): string {
  const member = memberOf(scanObject(text), key)
  return member === undefined ? '{}' : textOf(text, member.value)
}

const NOTHING = (): void => undefined
