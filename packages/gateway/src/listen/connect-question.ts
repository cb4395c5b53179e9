import { randomUUID } from 'node:crypto'
import { toProblemDocument, type Problem } from '@mcp-orchestra/kernel'
import { scanObject, stringAt } from '../protocol/json/scan.ts'
import { memberOf, type ScannedObject } from '../protocol/json/span.ts'
import { editObject, splice } from '../protocol/json/splice.ts'
import { errorMessage, readMessage, resultMessage, type Message } from '../protocol/message.ts'
import { rev20251125 } from '../protocol/rev-2025-11-25/codec.ts'
import type { ClientRequest } from './client-request.ts'

/** The key of our own question among a result's `inputRequests` (MCP 2026-07-28, multi round-trip requests). */
export const CONNECT_KEY = 'io.mcp-orchestra/connect'

/** Pages to visit before a request is repeated (MCP 2025-11-25, URLElicitationRequiredError). */
const RPC_URL_ELICITATION_REQUIRED = -32042
/** The methods that `input_required` may answer (MCP 2026-07-28, multi round-trip requests). */
const ASKING: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read'])

/** A request without the answer to our question, which is none of the server's business, and what it was (`accept`, `decline`, `cancel`). */
export type ConnectAnswered = { readonly message: Message; readonly connectAnswer?: string }

/** Takes our question's answer out of a modern request; all other bytes stay. */
export function takeConnectAnswer(message: Message): ConnectAnswered {
  const { text, params } = message
  if (params === undefined || !ASKING.has(message.method)) return { message }
  const responses = objectIn(text, params, 'inputResponses')
  const answer = objectIn(text, responses, CONNECT_KEY)
  if (responses === undefined || memberOf(responses, CONNECT_KEY) === undefined) return { message }
  const isAlone = responses.members.every(({ key }) => key === CONNECT_KEY)
  const edits = isAlone
    ? editObject(params, { remove: new Set(['inputResponses']) })
    : editObject(responses, { remove: new Set([CONNECT_KEY]) })
  return {
    message: readMessage(splice(text, edits)),
    connectAnswer: stringAt(text, memberOf(answer, 'action')?.value) ?? '',
  }
}

/**
 * The answer that has a client show the page where an account is connected: an error that names the page (legacy) or
 * a question by URL (modern). Undefined where the client cannot show pages, or may not be asked here.
 */
export function connectQuestion(
  request: ClientRequest,
  idText: string,
  problem: Problem,
): string | undefined {
  const url = pageOf(problem)
  if (url === undefined || !showsPages(request.hop.capabilitiesText)) return undefined
  const page = { mode: 'url', url, message: sentenceOf(problem) }
  if (request.codec.era === 'modern') {
    if (!mayAsk(request)) return undefined
    const inputRequests = { [CONNECT_KEY]: { method: 'elicitation/create', params: page } }
    return resultMessage(idText, JSON.stringify({ resultType: 'input_required', inputRequests }))
  }
  // Earlier revisions have no pages.
  if (request.codec.revision !== rev20251125.revision) return undefined
  const data = {
    ...toProblemDocument(problem, request.reply.requestId),
    elicitations: [{ ...page, elicitationId: randomUUID() }],
  }
  return errorMessage(idText, RPC_URL_ELICITATION_REQUIRED, page.message, JSON.stringify(data))
}

/** Who said no is not asked again, and answers that a request carries for its server would be lost by another round. */
function mayAsk({ message, handle, connectAnswer }: ClientRequest): boolean {
  return (
    ASKING.has(message.method) &&
    handle === undefined &&
    memberOf(message.params, 'inputResponses') === undefined &&
    (connectAnswer === undefined || connectAnswer === 'accept')
  )
}

function pageOf({ code, members }: Problem): string | undefined {
  const url = members['authorizationUrl']
  return code === 'upstream.authorization_required' && typeof url === 'string' ? url : undefined
}

function sentenceOf({ members }: Problem): string {
  const server = typeof members['server'] === 'string' ? members['server'] : 'behind the gateway'
  return members['reason'] === 'more_scopes'
    ? `The server ${server} asks for more rights. Open the page to grant them, then go on.`
    : `The server ${server} asks for your account there. Open the page to connect it, then go on.`
}

/** Whether a client declared elicitation by URL; an empty declaration means forms (MCP 2025-11-25, elicitation). */
function showsPages(capabilitiesText: string): boolean {
  const elicitation = objectIn(capabilitiesText, scanObject(capabilitiesText), 'elicitation')
  return objectIn(capabilitiesText, elicitation, 'url') !== undefined
}

function objectIn(
  text: string,
  object: ScannedObject | undefined,
  key: string,
): ScannedObject | undefined {
  const member = memberOf(object, key)
  return member === undefined ? undefined : scanObject(text, member.value.start)
}
