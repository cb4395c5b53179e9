import { randomUUID } from 'node:crypto'
import type { Problem } from '@mcp-orchestra/kernel'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import type { Message } from '../../protocol/message.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { OF_ONE_HOP, withoutMeta } from '../hop-meta.ts'
import { refuseTranslation } from '../problems.ts'
import { objectIn, type Answerable } from './client-words.ts'

/** Questions of one leg; a form with more is no conversation. */
const INPUTS_MAX = 32
/** Calls that a server may answer with questions (MCP 2026-07-28, multi round-trip requests). */
const ASKING_METHODS = new Set(['tools/call', 'prompts/get', 'resources/read'])

/** One thing that a server asks a client before it answers. */
export type InputRequest = {
  /** The server's name for it, as raw JSON text. */
  readonly keyText: string
  readonly method: string
  /** The JSON text of `params`; undefined when it has none. */
  readonly paramsText: string | undefined
}

/** A result that asks first. */
export type InputRequired = {
  readonly requests: readonly InputRequest[]
  /** The raw JSON text of `requestState`, which goes back byte for byte. */
  readonly stateText: string | undefined
}

/** Reads a result of the type `input_required`; throws what the server did wrong. */
export function readInputRequired({ text, result }: Message, method: string): InputRequired {
  if (!ASKING_METHODS.has(method))
    throw invalid(`it asks for input on ${method}, where the protocol has no questions`)
  const state = memberOf(result, 'requestState')
  const member = memberOf(result, 'inputRequests')
  const map = member === undefined ? undefined : scanObject(text, member.value.start)
  if (map === undefined && state === undefined)
    throw invalid('it asks for input and names neither questions nor a state')
  const members = map?.members ?? []
  if (members.length > INPUTS_MAX)
    throw invalid(`it asks ${members.length} things at once; the limit is ${INPUTS_MAX}`)
  const requests = members.map(({ keySpan, value }) => {
    const object = scanObject(text, value.start)
    const asked = stringAt(text, memberOf(object, 'method')?.value)
    if (asked === undefined) throw invalid('one of its questions has no method')
    const params = memberOf(object, 'params')
    return {
      keyText: textOf(text, keySpan),
      method: asked,
      paramsText:
        params === undefined ? undefined : withoutMeta(textOf(text, params.value), OF_ONE_HOP),
    }
  })
  return { requests, stateText: state === undefined ? undefined : textOf(text, state.value) }
}

/** Why a client cannot be asked this; undefined when it can (MCP 2026-07-28: only what was declared may be asked). */
export function refusalToAsk(request: InputRequest, can: Answerable): Problem | undefined {
  const { params, mode } = readAsk(request)
  switch (request.method) {
    case 'elicitation/create':
      if (mode === 'url') return can.url ? undefined : undeclared('elicitation.url')
      return can.form ? undefined : undeclared('elicitation')
    case 'sampling/createMessage':
      if (!can.sampling) return undeclared('sampling')
      return memberOf(params, 'tools') === undefined || can.samplingTools
        ? undefined
        : undeclared('sampling.tools')
    case 'roots/list':
      return can.roots ? undefined : undeclared('roots')
    default:
      return invalid(`it asks for ${request.method}, which no client answers`)
  }
}

/** The question as a legacy server would put it; a URL gets the id that legacy clients need (MCP 2025-11-25, URL mode). */
export function askText(id: number, request: InputRequest): string {
  const method = JSON.stringify(request.method)
  const { params, mode } = readAsk(request)
  let { paramsText } = request
  if (paramsText !== undefined && params !== undefined && mode === 'url') {
    const isNamed = memberOf(params, 'elicitationId') !== undefined
    const set = new Map([['elicitationId', JSON.stringify(randomUUID())]])
    if (!isNamed) paramsText = splice(paramsText, editObject(params, { set }))
  }
  const member = paramsText === undefined ? '' : `,"params":${paramsText}`
  return `{"jsonrpc":"2.0","id":${id},"method":${method}${member}}`
}

function readAsk({ paramsText }: InputRequest): {
  readonly params: ScannedObject | undefined
  readonly mode: string | undefined
} {
  const params = paramsText === undefined ? undefined : scanObject(paramsText)
  return { params, mode: stringAt(paramsText ?? '', memberOf(params, 'mode')?.value) }
}

/** The JSON text of `inputResponses`: each answer as the client gave it, under the server's name for the question. */
export function inputResponsesText(
  requests: readonly InputRequest[],
  answers: readonly Message[],
): string {
  const members = answers.map(({ text, result }, at) => {
    const keyText = requests[at]?.keyText ?? '""'
    return `${keyText}:${result === undefined ? '{}' : textOf(text, result.span)}`
  })
  return `{${members.join(',')}}`
}

/** What a client said when it refused to answer, for people. */
export function refusalIn({ text, root }: Message): string | undefined {
  return stringAt(text, memberOf(objectIn(text, root, 'error'), 'message')?.value)?.slice(0, 400)
}

function undeclared(capability: string): Problem {
  const detail = `it asks for ${capability}, which the client did not declare at initialize`
  return refuseTranslation('translate.input_undeclared', { detail, members: { capability } })
}

function invalid(detail: string): Problem {
  return refuseUpstream('upstream.invalid_answer', { detail })
}
