import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import {
  errorMessage,
  paramText,
  resultMessage,
  RPC_INVALID_PARAMS,
  RPC_METHOD_NOT_FOUND,
  type Message,
} from '../../protocol/message.ts'
import { OF_ONE_HOP, withoutMeta } from '../hop-meta.ts'
import type { Answerable } from './client-words.ts'
import { META_RELATED } from './tasks/task-words.ts'

/** Questions that one call may have open: a server that asks more than a client can answer at once is told so. */
const OPEN_MAX = 32
/** A server that has as many questions open as a call may have. */
const RPC_TOO_MANY = -32000

/** Members of `_meta` that mean something between gateway and server alone. */
const OF_THAT_SIDE: ReadonlySet<string> = new Set([...OF_ONE_HOP, META_RELATED])

/** What becomes of a server's request while a call is open. */
export type AskVerdict =
  /** The client will be asked. */
  | 'asked'
  /** Answered here: the whole response for the server. */
  | { readonly answerText: string }

type Ask = { readonly idText: string; readonly entryText: string }

/** A client's answer: to which request of the server's, and the result's text. */
export type Answered = { readonly idText: string; readonly resultText: string }

/**
 * The questions that a legacy server has put to the client of one call and that wait for an answer: they go to the
 * client as `inputRequests`, and its `inputResponses` come back to the server as the answers that it waits for.
 */
export class Asks {
  readonly #can: Answerable
  readonly #open = new Map<string, Ask>()
  /** Names that stood for a question once: they never stand for another one (SEP-2663). */
  readonly #used = new Set<string>()
  #count = 0

  constructor(can: Answerable) {
    this.#can = can
  }

  get size(): number {
    return this.#open.size
  }

  /** Takes a server's request in, or says what the server is answered at once. */
  take(message: Message): AskVerdict {
    const idText = message.idText ?? 'null'
    if (message.method === 'ping') return { answerText: resultMessage(idText, '{}') }
    const refusal = this.#refusalOf(message)
    if (refusal !== undefined)
      return { answerText: errorMessage(idText, refusal.code, refusal.sentence) }
    const paramsText =
      message.params === undefined
        ? ''
        : `,"params":${withoutMeta(textOf(message.text, message.params.span), OF_THAT_SIDE)}`
    const entryText = `{"method":${JSON.stringify(message.method)}${paramsText}}`
    this.#open.set(this.#keyFor(message), { idText, entryText })
    return 'asked'
  }

  /** The server takes a question back; whether it was one of these. */
  withdraw(cancelled: Message): boolean {
    const idText = paramText(cancelled, 'requestId')
    for (const [key, ask] of this.#open) if (ask.idText === idText) return this.#open.delete(key)
    return false
  }

  /** The client's answers as responses for the server; questions without an answer stay open, answers without a question are ignored. */
  answer(responses: ReadonlyMap<string, string>): string[] {
    return this.answered(responses).map(({ idText, resultText }) =>
      resultMessage(idText, resultText),
    )
  }

  /** The same, before they are responses. */
  answered(responses: ReadonlyMap<string, string>): Answered[] {
    const answers: Answered[] = []
    for (const [key, { idText }] of this.#open) {
      const resultText = responses.get(key)
      if (resultText === undefined || scanObject(resultText) === undefined) continue
      this.#open.delete(key)
      answers.push({ idText, resultText })
    }
    return answers
  }

  /** What the server hears when nobody will answer any more. */
  giveUp(): string[] {
    const texts = [...this.#open.values()].map(({ idText }) =>
      errorMessage(idText, RPC_TOO_MANY, 'the client did not answer'),
    )
    this.#open.clear()
    return texts
  }

  /** The JSON text of `inputRequests` (MCP 2026-07-28, multi round-trip requests); params are the server's own bytes, but for what is of that hop. */
  requestsText(): string {
    const entries = [...this.#open].map(
      ([key, { entryText }]) => `${JSON.stringify(key)}:${entryText}`,
    )
    return `{${entries.join(',')}}`
  }

  /** A server's own string id names its question; a number says nothing outside of the session, so it gets a name. */
  #keyFor(message: Message): string {
    const id = stringAt(message.text, memberOf(message.root, 'id')?.value)
    let key = id !== undefined && !this.#used.has(id) ? id : undefined
    while (key === undefined) {
      this.#count += 1
      const next = `input-${this.#count}`
      if (!this.#used.has(next)) key = next
    }
    this.#used.add(key)
    return key
  }

  #refusalOf(message: Message): { readonly code: number; readonly sentence: string } | undefined {
    if (!isDeclared(message, this.#can)) {
      const sentence = 'the client did not declare this capability'
      return { code: RPC_METHOD_NOT_FOUND, sentence }
    }
    const reason = unfitReason(message, this.#can)
    if (reason !== undefined) return { code: RPC_INVALID_PARAMS, sentence: reason }
    return this.#open.size >= OPEN_MAX
      ? { code: RPC_TOO_MANY, sentence: `${OPEN_MAX} questions of this call are open` }
      : undefined
  }
}

function isDeclared({ method }: Message, can: Answerable): boolean {
  switch (method) {
    case 'elicitation/create':
      return can.form || can.url
    case 'sampling/createMessage':
      return can.sampling
    case 'roots/list':
      return can.roots
    default:
      return false
  }
}

/** A mode that the client did not declare is an invalid parameter (MCP 2025-11-25, elicitation and sampling errors). */
function unfitReason(message: Message, can: Answerable): string | undefined {
  if (message.method === 'elicitation/create') {
    const isUrl = stringAt(message.text, memberOf(message.params, 'mode')?.value) === 'url'
    if (isUrl ? !can.url : !can.form) return `the client has no ${isUrl ? 'url' : 'form'} mode`
  }
  const usesTools = ['tools', 'toolChoice'].some((key) => paramText(message, key) !== undefined)
  return message.method === 'sampling/createMessage' && usesTools && !can.samplingTools
    ? 'the client did not declare sampling.tools'
    : undefined
}
