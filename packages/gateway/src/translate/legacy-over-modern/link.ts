import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, type Clock } from '@mcp-orchestra/kernel'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import {
  errorMessage,
  resultMessage,
  RPC_INVALID_PARAMS,
  RPC_METHOD_NOT_FOUND,
} from '../../protocol/message.ts'
import type { LinkFor, OpenLink } from '../../upstream/links.ts'
import { createModernAsk } from '../../upstream/modern-ask.ts'
import type { ModernUpstream } from '../../upstream/modern-upstream.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import type {
  KeptLink,
  ListenOptions,
  ModernOffer,
  SendOptions,
  UpstreamBody,
  UpstreamLink,
  UpstreamResponse,
} from '../../upstream/upstream.ts'
import { Asks } from './asks.ts'
import { objectIn, readWords, SILENT_WORDS, type ClientWords } from './client-words.ts'
import { Conversation, type ConversationParts } from './conversation.ts'
import { ListenShare } from './listen-share.ts'
import { Listening } from './listening.ts'
import { ToolBook } from './tool-book.ts'
import { welcomeOf } from './welcome.ts'

/** What a legacy view of modern servers is made of. */
export type LegacyOverModernParts = {
  readonly modern: ModernUpstream
  readonly mintId: () => number
  readonly clock: Clock
  /** What a server answered contradicts what was known of its era. */
  readonly doubt: (server: ServerEntity) => void
}

type LinkParts = LegacyOverModernParts & {
  readonly tools: ToolBook
  readonly share: ListenShare
}

/** The levels of log messages (MCP 2025-11-25, logging). */
const LEVELS: ReadonlySet<string> = new Set([
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
])
/** What a client hears that set no level: a legacy server chooses, a modern one says nothing without a level. */
const LEVEL_UNSET = '"info"'

/** Opens legacy sessions with modern servers: the session lives here, each request stands alone there. */
export function createLegacyOverModern(parts: LegacyOverModernParts): OpenLink {
  const shared = { tools: new ToolBook(parts.clock), share: new ListenShare(parts.clock) }
  return (server, who) => new ModernLink({ ...parts, ...shared }, server, who)
}

/** A legacy session with a modern server: what a session remembers is remembered here. */
class ModernLink implements UpstreamLink {
  readonly server: ServerEntity
  readonly #parts: LinkParts
  readonly #asks = new Asks()
  readonly #listening: Listening
  readonly #conversing: ConversationParts
  #words: ClientWords = SILENT_WORDS
  #offer: ModernOffer | undefined
  #levelText = LEVEL_UNSET

  constructor(parts: LinkParts, server: ServerEntity, { caller, kept, said }: LinkFor) {
    const { modern, mintId, tools, share, clock } = parts
    const ask = createModernAsk(modern, mintId, { caller, capabilitiesText: '{}' })
    this.#parts = parts
    this.server = server
    this.#conversing = {
      server,
      caller,
      modern,
      mintId,
      tools,
      ask,
      asks: this.#asks,
      envelope: () => ({ words: this.#words, levelText: this.#loggedLevel() }),
    }
    this.#listening = new Listening({
      share,
      server,
      caller,
      ask,
      clock,
      onChanged: () => tools.forget(server, caller),
    })
    if (kept?.offer !== undefined && said !== undefined) {
      this.#words = readWords(said.greetingText)
      this.#offer = kept.offer
      if (said.level !== undefined) this.#levelText = JSON.stringify(said.level)
      this.#listening.takeUp(kept.offer, said.uris)
    }
  }

  /** The server keeps nothing, so nothing is lost that the greeting does not say again. */
  kept(): KeptLink | undefined {
    return this.#offer && { sessionId: null, revision: null, offer: this.#offer }
  }

  async send(text: string, options: SendOptions): Promise<UpstreamResponse> {
    const { id } = options
    if (id === undefined) {
      // Cancelling ends by the signal; of the rest the modern era knows only answers, which go with the next leg.
      if (options.method === '') this.#asks.answer(readUpstream(text))
      return answered(202, { kind: 'none', detail: '' })
    }
    const own = await this.#answerHere(text, id, options)
    if (own !== undefined) return answered(200, { kind: 'message', text: own })
    return await new Conversation(this.#conversing, { text, id, options }).send()
  }

  async listen(
    _lastEventId: string | undefined,
    { signal }: ListenOptions,
  ): Promise<UpstreamResponse> {
    const stream = this.#listening.open()
    if (stream === undefined)
      return await Promise.resolve(
        answered(405, { kind: 'none', detail: 'the server tells nothing unasked' }),
      )
    signal.addEventListener('abort', () => this.#listening.close(stream), { once: true })
    return answered(200, { kind: 'events', native: true, events: stream })
  }

  close(): Promise<void> {
    this.#listening.close()
    return Promise.resolve()
  }

  /** What belongs to the session is answered here; undefined for what the server answers. */
  async #answerHere(text: string, id: number, options: SendOptions): Promise<string | undefined> {
    const idText = String(id)
    const params = objectIn(text, scanObject(text), 'params')
    switch (options.method) {
      case 'initialize':
        return await this.#greet(
          params === undefined ? '{}' : textOf(text, params.span),
          id,
          options,
        )
      case 'ping':
        return resultMessage(idText, '{}')
      case 'logging/setLevel':
        return this.#setLevel(stringAt(text, memberOf(params, 'level')?.value), idText)
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return await this.#subscribe(
          stringAt(text, memberOf(params, 'uri')?.value),
          options.method === 'resources/subscribe',
          idText,
        )
      case 'server/discover':
      case 'subscriptions/listen':
        return unknownMethod(options.method, idText)
      default:
        // The tasks of the two eras share names and nothing else.
        return options.method.startsWith('tasks/')
          ? unknownMethod(options.method, idText)
          : undefined
    }
  }

  /** `initialize` is `server/discover` there; what the client says of itself goes with every request. */
  async #greet(paramsText: string, id: number, options: SendOptions): Promise<string> {
    const words = readWords(paramsText)
    const { mintId, modern, doubt } = this.#parts
    const { caller } = this.#conversing
    const ask = createModernAsk(modern, mintId, {
      caller,
      capabilitiesText: words.capabilitiesText,
    })
    const paramsMeta =
      words.clientInfoText === undefined
        ? {}
        : { paramsText: `{"_meta":{"${META_CLIENT_INFO}":${words.clientInfoText}}}` }
    try {
      const answer = await ask(this.server, 'server/discover', {
        signal: options.signal,
        ...paramsMeta,
      })
      if (answer.kind === 'error') {
        doubt(this.server)
        return `{"jsonrpc":"2.0","id":${id},"error":${answer.text}}`
      }
      const requested = stringAt(
        paramsText,
        memberOf(scanObject(paramsText), 'protocolVersion')?.value,
      )
      const { resultText, offer } = welcomeOf(answer.text, requested, this.server)
      this.#words = words
      this.#offer = offer
      this.#listening.offer = offer
      return resultMessage(String(id), resultText)
    } catch (error) {
      if (error instanceof Problem && error.code === 'upstream.invalid_answer') doubt(this.server)
      throw error
    }
  }

  #setLevel(level: string | undefined, idText: string): string {
    if (this.#offer?.logging === false) return unknownMethod('logging/setLevel', idText)
    if (level === undefined || !LEVELS.has(level))
      return errorMessage(idText, RPC_INVALID_PARAMS, 'invalid params: level is none of the levels')
    this.#levelText = JSON.stringify(level)
    return resultMessage(idText, '{}')
  }

  async #subscribe(uri: string | undefined, isWanted: boolean, idText: string): Promise<string> {
    const method = isWanted ? 'resources/subscribe' : 'resources/unsubscribe'
    if (this.#offer?.subscribe !== true) return unknownMethod(method, idText)
    if (uri === undefined)
      return errorMessage(idText, RPC_INVALID_PARAMS, 'invalid params: uri is missing')
    if (!isWanted) this.#listening.unsubscribe(uri)
    else if (!(await this.#listening.subscribe(uri)))
      return errorMessage(
        idText,
        RPC_INVALID_PARAMS,
        'the server does not tell updates of this resource',
        JSON.stringify({ uri }),
      )
    return resultMessage(idText, '{}')
  }

  /** A server that does not log is not asked to. */
  #loggedLevel(): string | undefined {
    return this.#offer?.logging === true ? this.#levelText : undefined
  }
}

const META_CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'

function unknownMethod(method: string, idText: string): string {
  return errorMessage(idText, RPC_METHOD_NOT_FOUND, `unknown method: ${method}`)
}

function answered(status: number, body: UpstreamBody): UpstreamResponse {
  return { status, sessionId: undefined, body }
}
