import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { pause } from '../../pause.ts'
import { LargeResult, LargeResultError } from '../../protocol/json/large-result.ts'
import { stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { paramText, type Message } from '../../protocol/message.ts'
import { paramHeadersOf } from '../../protocol/rev-2026-07-28/param-headers.ts'
import { RPC_HEADER_MISMATCH } from '../../protocol/rev-2026-07-28/codec.ts'
import { rewriteParams } from '../../protocol/rewrite.ts'
import {
  dataOf,
  messageEvent,
  withData,
  withoutId,
  type SseEvent,
} from '../../protocol/sse/event.ts'
import type { Ask } from '../../upstream/ask.ts'
import { CallAbort } from '../../upstream/call-abort.ts'
import type { ModernUpstream } from '../../upstream/modern-upstream.ts'
import { notificationText } from '../../upstream/own-request.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import {
  HELD_LIST_BYTES_MAX,
  type SendOptions,
  type UpstreamBody,
  type UpstreamResponse,
} from '../../upstream/upstream.ts'
import { refuseTranslation } from '../problems.ts'
import type { Asks } from './asks.ts'
import {
  askText,
  inputResponsesText,
  readInputRequired,
  refusalIn,
  refusalToAsk,
  type InputRequired,
} from './input-request.ts'
import { errorCodeOf, legacyError } from './legacy-error.ts'
import { hasObjectContent, legacyResult } from './legacy-result.ts'
import {
  mirrorHeaders,
  modernRequest,
  targetIn,
  type Envelope,
  type LegMembers,
} from './modern-request.ts'
import type { ToolBook } from './tool-book.ts'
import { PLAIN_TOOL, type ToolFacts } from './tool-facts.ts'

/** Legs of one call: a server that asks more often than this does not come to an end. */
const ROUNDS_MAX = 8
/** How long the client may take to answer one leg's questions, in milliseconds: a person has to read and think. */
const ANSWER_MS = 600_000
/** Before a leg that answers nothing, in milliseconds, doubled with each: the server only asked to come again. */
const AGAIN_MS = 250
/** The server wants credentials; passed on, these would start the client's own sign-in. */
const CREDENTIAL_STATUSES = new Set([401, 403, 407])

/** What a conversation needs of its link. */
export type ConversationParts = {
  readonly server: ServerEntity
  readonly caller: CallerIdentity
  readonly modern: ModernUpstream
  readonly mintId: () => number
  readonly tools: ToolBook
  readonly ask: Ask
  readonly asks: Asks
  /** What each modern request says, as it is now. */
  readonly envelope: () => Envelope
}

/** One request of a legacy client: its text, and how it is sent. */
export type LegacyRequest = {
  readonly text: string
  readonly id: number
  readonly options: SendOptions
}

type Leg = { readonly id: number; readonly response: UpstreamResponse }

/**
 * One request of a legacy client at a modern server, whose answer may take several legs: what the server asks goes
 * to the client as requests on the call's own stream, and its answers go back with the next leg.
 */
export class Conversation {
  readonly #parts: ConversationParts
  readonly #request: LegacyRequest
  readonly #tool: string | undefined
  readonly #argumentsText: string | undefined
  readonly #name: string | undefined
  readonly #isHttp: boolean
  #facts: ToolFacts | undefined

  constructor(parts: ConversationParts, request: LegacyRequest) {
    this.#parts = parts
    this.#request = request
    const { name, argumentsText } = targetIn(request.text, request.options.method)
    this.#name = name
    this.#argumentsText = argumentsText
    this.#tool = request.options.method === 'tools/call' ? name : undefined
    this.#isHttp = parts.server.transport.kind === 'http'
  }

  /** The answer as a legacy server would give it. */
  async send(): Promise<UpstreamResponse> {
    const leg = await this.#send()
    const { body } = leg.response
    switch (body.kind) {
      case 'none':
        return leg.response
      case 'large':
        return answered({ kind: 'large', chunks: this.#large(leg.id, body.chunks) })
      case 'message': {
        const message = answerTo(leg.id, body.text)
        const text = await this.#finalText(message)
        if (text !== undefined) return answered({ kind: 'message', text })
        return answered({ kind: 'events', native: false, events: this.#rounds(leg, message) })
      }
      case 'events':
        return answered({ kind: 'events', native: body.native, events: this.#rounds(leg) })
    }
  }

  /** Sends one leg; once more when the server says that mirrored arguments do not fit its schema. */
  async #send(members?: LegMembers): Promise<Leg> {
    const leg = await this.#sendOnce(members)
    const { body } = leg.response
    if (this.#tool === undefined || !this.#isHttp || body.kind !== 'message') return leg
    if (errorCodeOf(readUpstream(body.text)) !== RPC_HEADER_MISMATCH) return leg
    this.#parts.tools.forget(this.#parts.server, this.#parts.caller)
    this.#facts = undefined
    return await this.#sendOnce(members)
  }

  async #sendOnce(members: LegMembers | undefined): Promise<Leg> {
    const { server, caller, modern, mintId, envelope } = this.#parts
    const { method, signal } = this.#request.options
    const facts = this.#isHttp && this.#tool !== undefined ? await this.#factsOf() : PLAIN_TOOL
    const id = mintId()
    const response = await modern.send(server, {
      caller,
      id,
      method,
      text: modernRequest(this.#request.text, id, envelope(), members),
      headers: {
        ...mirrorHeaders(method, this.#name),
        ...paramHeadersOf(facts.headers, this.#argumentsText),
      },
      signal,
      // Held whole to be translated; only what is larger streams.
      heldBytesMax: Math.min(HELD_LIST_BYTES_MAX, server.limits.resultBytesMax),
    })
    if (CREDENTIAL_STATUSES.has(response.status)) {
      const detail = `the server wants credentials that it was not given (status ${response.status})`
      throw refuseUpstream('upstream.failed', { detail })
    }
    return { id, response }
  }

  async #factsOf(): Promise<ToolFacts> {
    const { server, caller, tools, ask } = this.#parts
    const { signal } = this.#request.options
    this.#facts ??= await tools.factsOf(server, caller, this.#tool ?? '', { ask, signal })
    return this.#facts
  }

  /** The rest of the conversation as events; `answer` is the first leg's when it is there already. */
  async *#rounds(first: Leg, answer?: Message): AsyncGenerator<SseEvent> {
    const { method, signal } = this.#request.options
    let leg = first
    let message = answer ?? (yield* this.#relay(leg))
    for (let round = 1; ; round += 1) {
      const text = await this.#finalText(message)
      if (text !== undefined) {
        yield messageEvent(text)
        return
      }
      if (round >= ROUNDS_MAX) {
        const detail = `it asked for input ${ROUNDS_MAX} times in one call`
        throw refuseUpstream('upstream.invalid_answer', { detail })
      }
      const input = readInputRequired(message, method)
      const responses = yield* this.#gather(input)
      if (responses === undefined) await pause(AGAIN_MS * 2 ** (round - 1), signal)
      leg = await this.#send({
        inputResponsesText: responses,
        requestStateText: input.stateText,
      })
      message = yield* this.#relay(leg)
    }
  }

  /** Passes on what a leg says before its answer, and returns that. */
  async *#relay({ id, response: { body, status } }: Leg): AsyncGenerator<SseEvent, Message> {
    switch (body.kind) {
      case 'message':
        return answerTo(id, body.text)
      case 'none':
        throw refuseUpstream('upstream.invalid_answer', {
          detail: body.detail || `status ${status} without an answer`,
        })
      case 'large':
        for await (const _chunk of body.chunks) break
        throw refuseUpstream('upstream.result_too_large', {
          detail: 'a result after questions may have 16 MiB',
        })
      case 'events':
        for await (const event of body.events) {
          const data = dataOf(event)
          // A stream of ours has comments and times of its own.
          if (data === undefined || data === '') continue
          const message = readUpstream(data)
          if (isAnswerTo(id, message)) return message
          const text = this.#noticeText(message, id)
          if (text !== undefined) yield withoutId(withData(event, text))
        }
        throw refuseUpstream('upstream.failed', { detail: 'the stream ended without a result' })
    }
  }

  /** A notification with the token that the client's side knows; modern servers send no requests. */
  #noticeText(message: Message, legId: number): string | undefined {
    if (message.kind !== 'notification') return undefined
    if (message.method !== 'notifications/progress') return message.text
    return paramText(message, 'progressToken') === String(legId)
      ? rewriteParams(message, 'progressToken', String(this.#request.id))
      : undefined
  }

  /** Puts a leg's questions to the client and returns the text of its answers; undefined when there were none. */
  async *#gather({ requests }: InputRequired): AsyncGenerator<SseEvent, string | undefined> {
    const { asks, mintId, envelope } = this.#parts
    const { signal, deadline } = this.#request.options
    const { canAnswer } = envelope().words
    for (const request of requests) {
      const refusal = refusalToAsk(request, canAnswer)
      if (refusal !== undefined) throw refusal
    }
    if (requests.length === 0) return undefined
    const ids = requests.map(() => mintId())
    const expected = asks.expect(ids)
    deadline?.pauseDeadline()
    try {
      for (const [at, request] of requests.entries())
        yield messageEvent(askText(ids[at] ?? 0, request))
      const answers = await expected.within(ANSWER_MS, signal)
      const refused = answers?.find(({ isError }) => isError)
      if (answers !== undefined && refused === undefined)
        return inputResponsesText(requests, answers)
      // Questions that nobody waits for any more are taken back.
      for (const id of ids) yield messageEvent(takenBackText(id))
      const why =
        refused === undefined
          ? `it did not answer within ${ANSWER_MS / 60_000} minutes`
          : `it answered with an error: ${refusalIn(refused) ?? 'without a message'}`
      const problem = refuseTranslation('translate.input_unanswered', { detail: why })
      throw new CallAbort('cancelled', problem)
    } finally {
      deadline?.resumeDeadline()
    }
  }

  /** The client's text of a final answer; undefined for one that asks first. */
  async #finalText(message: Message): Promise<string | undefined> {
    const { id, options } = this.#request
    const { method } = options
    if (message.isError) return legacyError(message, method, id)
    const member = memberOf(message.result, 'resultType')
    const type = member === undefined ? 'complete' : stringAt(message.text, member.value)
    if (type === 'input_required') return undefined
    if (type !== 'complete')
      throw unknownType(member === undefined ? '' : textOf(message.text, member.value))
    const isWrapped =
      this.#tool !== undefined && hasObjectContent(message) && (await this.#factsOf()).isWrapped
    const { server, caller, tools } = this.#parts
    const text = legacyResult(message, {
      method,
      id,
      isWrapped,
      isHttp: this.#isHttp,
      onTool: (name, tool) => tools.learn(server, caller, name, tool?.facts ?? PLAIN_TOOL),
    })
    if (method === 'tools/list' && this.#isWholeList(message)) tools.learnedWhole(server, caller)
    return text
  }

  #isWholeList(message: Message): boolean {
    return (
      memberOf(message.result, 'nextCursor') === undefined &&
      !this.#request.text.includes('"cursor"')
    )
  }

  /** A result too large to be held: it passes as it is, but for its id, and never as complete when it says otherwise. */
  async *#large(legId: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { id } = this.#request
    const large = new LargeResult(String(id), this.#parts.server.limits.resultBytesMax)
    try {
      for await (const chunk of chunks) yield* large.push(chunk)
      const { end, held } = large.end()
      if (end.idText !== String(legId)) throw strayAnswer()
      const type = end.resultTypeText ?? '"complete"'
      if (end.kind === 'result' && type !== '"complete"') throw unknownType(type)
      yield held
    } catch (error) {
      if (!(error instanceof LargeResultError)) throw error
      const code =
        error.reason === 'too_large' ? 'upstream.result_too_large' : 'upstream.invalid_answer'
      throw refuseUpstream(code, { detail: error.message, cause: error })
    }
  }
}

function answerTo(legId: number, text: string): Message {
  const message = readUpstream(text)
  if (!isAnswerTo(legId, message)) throw strayAnswer()
  return message
}

/** Whether it is the response to one leg; a server that could not read the id answers an error for none. */
function isAnswerTo(legId: number, { kind, idText, isError }: Message): boolean {
  const isUnread = isError && (idText === 'null' || idText === undefined)
  return kind === 'response' && (idText === String(legId) || isUnread)
}

function strayAnswer(): Error {
  return refuseUpstream('upstream.invalid_answer', { detail: 'the answer is for another request' })
}

function unknownType(type: string): Error {
  const detail = `its result has the type ${type.slice(0, 100)}, which this gateway does not know`
  return refuseUpstream('upstream.invalid_answer', { detail })
}

function takenBackText(id: number): string {
  return notificationText(
    'notifications/cancelled',
    `{"requestId":${id},"reason":"nobody waits for the answer any more"}`,
  )
}

function answered(body: UpstreamBody): UpstreamResponse {
  return { status: 200, sessionId: undefined, body }
}
