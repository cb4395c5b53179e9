import { pause } from '../../pause.ts'
import { stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import type { Message } from '../../protocol/message.ts'
import { messageEvent } from '../../protocol/sse/event.ts'
import type { StreamEvent } from '../../protocol/sse/stream-event.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { UpstreamBody, UpstreamResponse } from '../../upstream/upstream.ts'
import type { Asks } from './asks.ts'
import { readInputRequired } from './input-request.ts'
import { answerTo, relayLarge, relayLeg, unknownType, type LargeAnswerTo } from './leg-answer.ts'
import { Legs, type LegacyRequest, type Leg, type LegParts } from './leg.ts'
import { legacyError } from './legacy-error.ts'
import { hasObjectContent, legacyResult } from './legacy-result.ts'
import { putQuestions } from './questions.ts'
import { PLAIN_TOOL } from './tool-facts.ts'

/** Legs of one call: a server that asks more often than this does not come to an end. */
const ROUNDS_MAX = 8
/** Before a leg that answers nothing, in milliseconds, doubled with each: the server only asked to come again. */
const AGAIN_MS = 250

/** What a conversation needs of its link. */
export type ConversationParts = LegParts & { readonly asks: Asks }

/**
 * One request of a legacy client at a modern server, whose answer may take several legs: what the server asks goes
 * to the client as requests on the call's own stream, and its answers go back with the next leg.
 */
export class Conversation {
  readonly #parts: ConversationParts
  readonly #request: LegacyRequest
  readonly #legs: Legs

  constructor(parts: ConversationParts, request: LegacyRequest) {
    this.#parts = parts
    this.#request = request
    this.#legs = new Legs(parts, request)
  }

  /** The answer as a legacy server would give it. */
  async send(): Promise<UpstreamResponse> {
    const leg = await this.#legs.send()
    const { body } = leg.response
    switch (body.kind) {
      case 'none':
        return leg.response
      case 'large': {
        const of = { ...this.#largeTo, legId: leg.id }
        return answered({ kind: 'large', chunks: relayLarge(body.chunks, of) })
      }
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

  /** The rest of the conversation as events; `answer` is the first leg's when it is there already. */
  async *#rounds(first: Leg, answer?: Message): AsyncGenerator<StreamEvent> {
    const { options } = this.#request
    const { asks, mintId, envelope } = this.#parts
    let message = answer ?? (yield* relayLeg(first, this.#largeTo))
    for (let round = 1; message !== undefined; round += 1) {
      const text = await this.#finalText(message)
      if (text !== undefined) {
        yield messageEvent(text)
        return
      }
      if (round >= ROUNDS_MAX) {
        const detail = `it asked for input ${ROUNDS_MAX} times in one call`
        throw refuseUpstream('upstream.invalid_answer', { detail })
      }
      const input = readInputRequired(message, options.method)
      const { canAnswer } = envelope().words
      const responses = yield* putQuestions(input, { asks, mintId, canAnswer, options })
      if (responses === undefined) await pause(AGAIN_MS * 2 ** (round - 1), options.signal)
      const leg = await this.#legs.send({
        inputResponsesText: responses,
        requestStateText: input.stateText,
      })
      message = yield* relayLeg(leg, this.#largeTo)
    }
  }

  get #largeTo(): LargeAnswerTo {
    const { id, options } = this.#request
    const { resultBytesMax } = this.#parts.server.limits
    return { method: options.method, clientId: id, resultBytesMax }
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
    const { tool, isHttp } = this.#legs
    const isWrapped =
      tool !== undefined && hasObjectContent(message) && (await this.#legs.factsOf()).isWrapped
    const { server, caller, tools } = this.#parts
    const text = legacyResult(message, {
      method,
      id,
      isWrapped,
      isHttp,
      onTool: (name, listed) => tools.learn(server, caller, name, listed?.facts ?? PLAIN_TOOL),
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
}

function answered(body: UpstreamBody): UpstreamResponse {
  return { status: 200, sessionId: undefined, body }
}
