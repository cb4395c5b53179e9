import { checkJson, JsonError, JsonTooDeep, scanObject, stringAt } from './json/scan.ts'
import { duplicateOf, memberOf, textOf, type ScannedObject, type Span } from './json/span.ts'
import { RESULT_MEMBERS, TOP_MEMBERS } from './protected-members.ts'

/**
 * One JSON-RPC message: its exact text and where the few members that a relay reads stand in it.
 * Nothing else of it is ever modelled (architecture §3).
 */
export type Message = {
  readonly text: string
  readonly kind: 'request' | 'notification' | 'response'
  readonly root: ScannedObject
  /** The raw text of `id`: `1` and `"1"` are two ids. Undefined for a notification. */
  readonly idText: string | undefined
  /** Empty for a response. */
  readonly method: string
  /** `params` of a request or notification, when it is an object. */
  readonly params: ScannedObject | undefined
  /** `_meta` of `params`, or of a response's `result`. */
  readonly meta: ScannedObject | undefined
  /** `result` of a response when it is an object. */
  readonly result: ScannedObject | undefined
  /** Whether a response is an error. */
  readonly isError: boolean
}

/** Why a text is no message: the JSON-RPC error to answer with (JSON-RPC 2.0 §5.1). */
export class MessageError extends Error {
  override name = 'MessageError'
  readonly rpcCode: number

  constructor(rpcCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.rpcCode = rpcCode
  }
}

/** The text is a message but for its depth. */
export class MessageTooDeep extends MessageError {
  override name = 'MessageTooDeep'
}

/** JSON-RPC's own codes (JSON-RPC 2.0 §5.1). */
export const RPC_PARSE_ERROR = -32700
export const RPC_INVALID_REQUEST = -32600
export const RPC_METHOD_NOT_FOUND = -32601
export const RPC_INVALID_PARAMS = -32602

const PARAMS_MEMBERS = new Set([
  'name',
  'uri',
  '_meta',
  'requestId',
  'progressToken',
  'taskId',
  'requestState',
  'notifications',
])
/** Methods that address something by a string: what is no string could be read as another name by the server. */
const TARGET_MEMBERS = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['resources/directory/read', 'uri'],
  ['skills/get', 'uri'],
])
const BLANK_START = /^[ \t\r\n]*\[/

/** Reads one message; throws {@link MessageError}. A batch and a duplicate of a member that decides are refused. */
export function readMessage(text: string): Message {
  try {
    checkJson(text)
  } catch (error) {
    throw unreadable(error)
  }
  if (BLANK_START.test(text)) {
    throw new MessageError(
      RPC_INVALID_REQUEST,
      'batches are not part of this protocol revision: send one message',
    )
  }
  return shape(text)
}

/** Why a text that is no JSON, or none that may be read, is no message. */
export function unreadable(error: unknown): MessageError {
  if (!(error instanceof JsonError)) throw error
  const Kind = error instanceof JsonTooDeep ? MessageTooDeep : MessageError
  return new Kind(RPC_PARSE_ERROR, `the body is not valid JSON: ${error.message}`, { cause: error })
}

function shape(text: string): Message {
  const root = scanObject(text)
  if (root === undefined) throw invalid('a message is a JSON object')
  refuseDuplicate(root, TOP_MEMBERS)
  if (stringAt(text, memberOf(root, 'jsonrpc')?.value) !== '2.0')
    throw invalid('jsonrpc is not "2.0"')
  const id = memberOf(root, 'id')
  const idText = id === undefined ? undefined : textOf(text, id.value)
  const method = memberOf(root, 'method')
  if (method === undefined) return response(text, root, idText)
  const name = stringAt(text, method.value)
  if (name === undefined || name === '') throw invalid('method is not a string')
  if (idText !== undefined && !isId(idText)) throw invalid('id is neither a string nor an integer')
  const paramsSpan = memberOf(root, 'params')?.value
  const params = objectAt(text, paramsSpan)
  if (paramsSpan !== undefined && params === undefined) throw invalid('params is not an object')
  if (params !== undefined) refuseDuplicate(params, PARAMS_MEMBERS)
  const meta = objectAt(text, memberOf(params, '_meta')?.value)
  if (meta !== undefined) refuseDuplicate(meta)
  const kind = idText === undefined ? 'notification' : 'request'
  return { text, kind, root, idText, method: name, params, meta, result: undefined, isError: false }
}

function response(text: string, root: ScannedObject, idText: string | undefined): Message {
  const error = memberOf(root, 'error')
  const isError = error !== undefined
  const resultSpan = memberOf(root, 'result')?.value
  if (isError === (resultSpan !== undefined))
    throw invalid('a message is a request, a notification or a response')
  const result = objectAt(text, resultSpan)
  if (!isError && result === undefined) throw invalid('result is not an object')
  if (isError && objectAt(text, error.value) === undefined) throw invalid('error is not an object')
  if (result !== undefined) refuseDuplicate(result, RESULT_MEMBERS)
  const meta = objectAt(text, memberOf(result, '_meta')?.value)
  if (meta !== undefined) refuseDuplicate(meta)
  return {
    text,
    kind: 'response',
    root,
    idText,
    method: '',
    params: undefined,
    meta,
    result,
    isError,
  }
}

function objectAt(text: string, span: Span | undefined): ScannedObject | undefined {
  return span === undefined ? undefined : scanObject(text, span.start)
}

function refuseDuplicate(object: ScannedObject, keys?: ReadonlySet<string>): void {
  const twice = duplicateOf(object, keys)
  if (twice !== undefined) throw invalid(`the member ${JSON.stringify(twice)} stands twice`)
}

function isId(text: string): boolean {
  return text.startsWith('"') || /^-?\d+$/.test(text)
}

function invalid(message: string): MessageError {
  return new MessageError(RPC_INVALID_REQUEST, message)
}

/** The decoded string of a member of `params` (`name`, `uri`, `requestId` when it is a string). */
export function paramString(message: Message, key: string): string | undefined {
  return stringAt(message.text, memberOf(message.params, key)?.value)
}

/** The raw text of a member of `params`. */
export function paramText(message: Message, key: string): string | undefined {
  const member = memberOf(message.params, key)
  return member === undefined ? undefined : textOf(message.text, member.value)
}

/** The raw text of a member of `_meta`. */
export function metaText(message: Message, key: string): string | undefined {
  const member = memberOf(message.meta, key)
  return member === undefined ? undefined : textOf(message.text, member.value)
}

/** The name that the method addresses: a tool, a prompt, or a resource's URI. */
export function targetOf(message: Message): string | undefined {
  return paramString(message, targetKeyOf(message.method))
}

/** The member of `params` that names the target: resources and skills (SEP-2640) have URIs. */
export function targetKeyOf(method: string): 'uri' | 'name' {
  return method.startsWith('resources/') || method === 'skills/get' ? 'uri' : 'name'
}

/** The member that a method must name its target by; undefined when the message does, or its method has none. */
export function missingTarget(message: Message): string | undefined {
  const key = TARGET_MEMBERS.get(message.method)
  return key === undefined || paramString(message, key) !== undefined ? undefined : key
}

/** A response of our own with the client's raw id. */
export function resultMessage(idText: string, resultText: string): string {
  return `{"jsonrpc":"2.0","id":${idText},"result":${resultText}}`
}

/** An error response of our own; `idText` is null's text when the request's id could not be read. */
export function errorMessage(
  idText: string,
  code: number,
  message: string,
  dataText?: string,
): string {
  const data = dataText === undefined ? '' : `,"data":${dataText}`
  return `{"jsonrpc":"2.0","id":${idText},"error":{"code":${code},"message":${JSON.stringify(message)}${data}}}`
}
