import type {
  OpenApiCatalog,
  OpenApiOperation,
  OpenApiParameter,
} from '@mcp-orchestra/api/openapi-catalog'
import { memberOf, textOf, type ScannedObject, type Span } from '../../protocol/json/span.ts'
import { ArgumentFault } from './argument-fault.ts'
import { pieceText, readValue, type ArgumentValue } from './argument-value.ts'
import { requestBody, type RequestBody } from './body.ts'
import { hasControl, isPlainPath, requirePathValue } from './path.ts'
import {
  escapeAllowingReserved,
  escapeComponent,
  serializePairs,
  serializeWhole,
} from './serialize.ts'

/** What goes to the API. */
export type ApiRequest = {
  readonly method: OpenApiOperation['method']
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: RequestBody['bytes'] | undefined
}

/** The arguments of a call: the text that they stand in, and where. */
export type Arguments = { readonly text: string; readonly object: ScannedObject | undefined }

/** What of the server a request is built from. */
export type Target = {
  readonly schemes: OpenApiCatalog['schemes']
  readonly credentials: Readonly<Record<string, string>>
  /** Headers that its registration asks for, in lower case: no argument replaces one. */
  readonly headers: Readonly<Record<string, string>>
  /** The path of its base address, without a slash at the end. */
  readonly basePath: string
}

/** A query or a path longer than this is refused by most servers, in characters. */
const PATH_CHARS_MAX = 16_384
/** Headers of one request that come from arguments, in characters: under what servers take as a rule. */
const HEADER_CHARS_MAX = 12_288

/** The request of a call; throws an {@link ArgumentFault} for what cannot be sent. */
export function buildRequest(
  operation: OpenApiOperation,
  target: Target,
  given: Arguments,
): ApiRequest {
  const query: string[] = []
  const cookies: string[] = []
  const headers: Record<string, string> = {}
  let { path } = operation
  for (const parameter of operation.parameters) {
    const member = memberOf(given.object, parameter.argument)
    const value = member === undefined ? undefined : readGiven(parameter, given.text, member.value)
    if (value === undefined || value.kind === 'nothing') {
      if (parameter.required) throw new ArgumentFault(`${parameter.argument} is missing.`)
      continue
    }
    switch (parameter.place) {
      case 'path':
        path = path.replaceAll(`{${parameter.name}}`, () => pathText(parameter, value))
        break
      case 'query':
        query.push(...pairsOf(parameter, value))
        break
      case 'cookie':
        cookies.push(...pairsOf(parameter, value))
        break
      case 'header':
        headers[parameter.name.toLowerCase()] = headerText(parameter, value)
        break
    }
  }
  const body = bodyOf(operation, given)
  if (body !== undefined) headers['content-type'] = body.contentType
  addCredentials(operation, target, { query, cookies, headers })
  if (cookies.length > 0) headers['cookie'] = joinCookies(target.headers['cookie'], cookies)
  const { cookie: _joined, ...fixed } = target.headers
  const whole = `${target.basePath}${path}`
  if (/[{}]/.test(whole) || !isPlainPath(whole, target.basePath))
    throw new ArgumentFault('the arguments make a path that would lead elsewhere.')
  return {
    method: operation.method,
    path: withQuery(whole, query),
    headers: {
      'user-agent': 'mcp-orchestra',
      ...bounded(headers),
      ...(headers['cookie'] === undefined ? target.headers : fixed),
      accept: operation.accept,
    },
    body: body?.bytes,
  }
}

/** A parameter with a JSON form takes the exact text of its argument as its one value. */
function readGiven({ form }: OpenApiParameter, text: string, span: Span): ArgumentValue {
  return form === 'json' ? { kind: 'scalar', text: textOf(text, span) } : readValue(text, span)
}

function pathText(parameter: OpenApiParameter, value: ArgumentValue): string {
  for (const part of scalarsOf(value)) requirePathValue(parameter.argument, part)
  return serializeWhole(parameter, value, escapeComponent)
}

function pairsOf(parameter: OpenApiParameter, value: ArgumentValue): string[] {
  const escape = parameter.allowReserved ? escapeAllowingReserved : escapeComponent
  return serializePairs(parameter, value, escape)
}

function headerText(parameter: OpenApiParameter, value: ArgumentValue): string {
  const { argument } = parameter
  const text = serializeWhole(parameter, value, (part) => part)
  if (hasControl(text.replaceAll('\t', ' ')) || !/^[\t -~]*$/.test(text)) {
    throw new ArgumentFault(`${argument} goes into a header, which takes plain ASCII on one line.`)
  }
  return text.trim()
}

function bodyOf({ body }: OpenApiOperation, { text, object }: Arguments): RequestBody | undefined {
  if (body === null) return undefined
  const member = memberOf(object, 'body')
  if (member !== undefined) return requestBody(body, textOf(text, member.value))
  if (body.required) throw new ArgumentFault('body is missing.')
  return undefined
}

/** What a caller wrote never stands beside a credential of the same name: two readers could see two values. */
function addCredentials(
  operation: OpenApiOperation,
  { schemes, credentials }: Target,
  {
    query,
    cookies,
    headers,
  }: { query: string[]; cookies: string[]; headers: Record<string, string> },
): void {
  for (const name of operation.credentials) {
    const scheme = Object.hasOwn(schemes, name) ? schemes[name] : undefined
    const value = Object.hasOwn(credentials, name) ? credentials[name] : undefined
    if (scheme === undefined || value === undefined) continue
    const pair = `${escapeComponent(scheme.name)}=`
    switch (scheme.place) {
      case 'header':
        headers[scheme.name.toLowerCase()] = credentialText(scheme.form, value)
        break
      case 'query':
        refuseTaken(query, pair)
        query.push(`${pair}${escapeComponent(value)}`)
        break
      case 'cookie':
        refuseTaken(cookies, pair)
        cookies.push(`${pair}${escapeComponent(value)}`)
        break
    }
  }
}

function refuseTaken(pairs: readonly string[], taken: string): void {
  const wanted = taken.toLowerCase()
  if (pairs.some((pair) => pair.toLowerCase().startsWith(wanted)))
    throw new ArgumentFault(
      `the name ${decodeURIComponent(taken.slice(0, -1))} is not for arguments.`,
    )
}

function credentialText(form: 'raw' | 'bearer' | 'basic', value: string): string {
  if (form === 'raw') return value
  if (form === 'bearer') return `Bearer ${value}`
  return `Basic ${Buffer.from(value).toString('base64')}`
}

function joinCookies(fixed: string | undefined, cookies: readonly string[]): string {
  return [...(fixed === undefined ? [] : [fixed]), ...cookies].join('; ')
}

function withQuery(path: string, query: readonly string[]): string {
  const whole = query.length === 0 ? path : `${path}?${query.join('&')}`
  if (whole.length > PATH_CHARS_MAX) {
    throw new ArgumentFault(`the arguments make an address of over ${PATH_CHARS_MAX} characters.`)
  }
  return whole
}

function bounded(headers: Record<string, string>): Record<string, string> {
  const chars = Object.values(headers).reduce((sum, value) => sum + value.length, 0)
  if (chars > HEADER_CHARS_MAX)
    throw new ArgumentFault(`the arguments make headers of over ${HEADER_CHARS_MAX} characters.`)
  return headers
}

function scalarsOf(value: ArgumentValue): string[] {
  switch (value.kind) {
    case 'nothing':
      return []
    case 'scalar':
      return [value.text]
    case 'list':
      return value.items.map(pieceText)
    case 'map':
      return value.entries.flatMap(([key, piece]) => [key, pieceText(piece)])
  }
}
