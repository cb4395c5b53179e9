import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { editObject, splice, type Edit } from '../../protocol/json/splice.ts'
import { RPC_INVALID_PARAMS, RPC_METHOD_NOT_FOUND, type Message } from '../../protocol/message.ts'
import { isCacheable } from '../../protocol/rev-2026-07-28/cacheable.ts'

export const META_SERVER_INFO = 'io.modelcontextprotocol/serverInfo'

/** What a legacy server says of its results' age is nothing: nobody keeps them. */
const UNCACHED: readonly (readonly [string, string])[] = [
  ['ttlMs', '0'],
  ['cacheScope', '"private"'],
]
/** A resource that is unknown, in the legacy era; the modern one says invalid params (MCP 2026-07-28, changes). */
const RPC_RESOURCE_NOT_FOUND = -32002
/** The legacy error that asks for a visit to a page first (MCP 2025-11-25, URL elicitation). */
export const RPC_URL_ELICITATION_REQUIRED = -32042

/** A whole JSON-RPC response and its HTTP status. */
export type ModernAnswer = { readonly text: string; readonly status: number }

/** The members that a modern result has besides a legacy one's. */
export function resultMembers(method: string): Map<string, string> {
  return new Map([['resultType', '"complete"'], ...(isCacheable(method) ? UNCACHED : [])])
}

/** A legacy result as a modern one: three members and the server's name are spliced in, all else stays. */
export function modernResult(
  message: Message,
  { method, idText, serverInfoText }: AnswerTo,
): ModernAnswer {
  const { result, meta, text } = message
  const edits: Edit[] = idEdits(message, idText)
  const set = resultMembers(method)
  if (serverInfoText !== undefined && meta !== undefined && !hasMember(meta, META_SERVER_INFO)) {
    edits.push(...editObject(meta, { set: new Map([[META_SERVER_INFO, serverInfoText]]) }))
  }
  if (serverInfoText !== undefined && meta === undefined)
    set.set('_meta', `{"${META_SERVER_INFO}":${serverInfoText}}`)
  if (result !== undefined) edits.push(...editObject(result, { set }))
  return { text: splice(text, edits), status: 200 }
}

/** A legacy error as a modern one: another code where the era has another, and the status that goes with it. */
export function modernError(
  message: Message,
  { method, idText, target, isOffered }: AnswerTo,
): ModernAnswer {
  const { text } = message
  const member = memberOf(message.root, 'error')
  const error = member === undefined ? undefined : scanObject(text, member.value.start)
  const edits = idEdits(message, idText)
  const code = rpcCodeOf(message)
  if (error !== undefined && code === RPC_RESOURCE_NOT_FOUND && method === 'resources/read')
    edits.push(...notFoundEdits(text, error, target ?? ''))
  if (code !== RPC_METHOD_NOT_FOUND) return { text: splice(text, edits), status: 200 }
  if (!isOffered) return { text: splice(text, edits), status: 404 }
  // The method is there, so it is what the call names that is not (MCP 2026-07-28, tools: error handling).
  const set = new Map([['code', String(RPC_INVALID_PARAMS)]])
  if (error !== undefined) edits.push(...editObject(error, { set }))
  return { text: splice(text, edits), status: 200 }
}

/** What an answer is for. */
export type AnswerTo = {
  readonly method: string
  readonly target: string | undefined
  /** The id that the client's side of this hop knows. */
  readonly idText: string
  readonly serverInfoText: string | undefined
  /** Whether the server has the method, as its capabilities say. */
  readonly isOffered: boolean
}

/** The code of an error response; undefined for a result. */
export function rpcCodeOf(message: Message): number | undefined {
  if (!message.isError) return undefined
  const member = memberOf(message.root, 'error')
  const error = member === undefined ? undefined : scanObject(message.text, member.value.start)
  const code = memberOf(error, 'code')
  return code === undefined ? undefined : Number(textOf(message.text, code.value))
}

function notFoundEdits(text: string, error: ScannedObject, uri: string): Edit[] {
  const data = memberOf(error, 'data')
  const dataObject = data === undefined ? undefined : scanObject(text, data.value.start)
  const set = new Map([['code', String(RPC_INVALID_PARAMS)]])
  const uriText = JSON.stringify(uri)
  if (dataObject === undefined) set.set('data', `{"uri":${uriText}}`)
  const edits = editObject(error, { set })
  if (dataObject === undefined || stringAt(text, memberOf(dataObject, 'uri')?.value) !== undefined)
    return edits
  return [...edits, ...editObject(dataObject, { set: new Map([['uri', uriText]]) })]
}

function idEdits(message: Message, idText: string): Edit[] {
  const id = memberOf(message.root, 'id')
  // An error about a request that the server could not read has no id: that stays.
  if (id === undefined || message.idText === 'null' || message.idText === idText) return []
  return [{ start: id.value.start, end: id.value.end, text: idText }]
}

function hasMember(object: ScannedObject, key: string): boolean {
  return memberOf(object, key) !== undefined
}
