import { isUtf8 } from 'node:buffer'
import { META_HTTP, META_PAGINATION } from '@mcp-orchestra/api/mcp-meta'
import type { OpenApiOperation } from '@mcp-orchestra/api/openapi-catalog'
import type { IncomingHttpHeaders } from 'node:http'
import { checkJson, JsonError } from '../../protocol/json/scan.ts'
import { mediaTypeOf } from '../http/media-type.ts'
import { nextPage } from './next-page.ts'

/** What an API answered, whole. */
export type ApiAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** How much of the body of a failure is quoted, in characters: enough for any message, and no page of HTML. */
const QUOTE_CHARS_MAX = 2_000

/** Headers of an answer that help a caller; none of them names a person or opens anything. */
const SHOWN_HEADERS = [
  'content-range',
  'etag',
  'last-modified',
  'link',
  'location',
  'ratelimit',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'x-next-page',
  'x-page',
  'x-per-page',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-total',
  'x-total-count',
  'x-total-pages',
]

/** What goes into a result beside what the API sent. */
export type AnswerContext = {
  readonly operation: OpenApiOperation
  /** Where the operation is, without its query: what a resource is called by. */
  readonly uri: string
  readonly meta: Readonly<Record<string, unknown>>
}

/**
 * The JSON text of a `CallToolResult` (MCP 2026-07-28 tools/call). JSON comes as text and, byte for byte, as
 * structured content. Whatever is no success, redirects among it, is an error of the tool: nothing is charged for it.
 */
export function resultText(answer: ApiAnswer, context: AnswerContext): string {
  const { operation } = context
  const { status } = answer
  if (status < 200 || status > 299) return errorText(failureOf(answer, operation), answer, context)
  const type = mediaTypeOf(answer.headers['content-type'] ?? '')
  if (isJson(type)) return jsonResult(answer, context)
  if (operation.promises !== 'nothing') {
    const shown = answer.bytes.length === 0 ? 'an empty body' : type || 'a body without a type'
    const detail = `${label(operation)} answered ${status} with ${shown}, not the JSON that it is described with.`
    return errorText(detail, answer, context)
  }
  return result({ content: [contentOf(answer, type, context)] }, answer, context)
}

/** The result of a call that was not sent: what to mend. */
export function faultText(faults: readonly string[], meta: AnswerContext['meta']): string {
  const listed = faults.map((fault) => `- ${fault}`).join('\n')
  const text = `Nothing was sent. Mend the arguments:\n${listed}`
  return JSON.stringify({
    resultType: 'complete',
    content: [{ type: 'text', text }],
    isError: true,
    _meta: meta,
  })
}

function jsonResult(answer: ApiAnswer, context: AnswerContext): string {
  const { operation } = context
  const json = utf8Of(answer.bytes)?.trim()
  if (json === undefined || !isJsonText(json)) {
    const detail = `${label(operation)} answered ${answer.status} with something that is not JSON.`
    return errorText(detail, answer, context)
  }
  if (!isPromised(operation.promises, json)) {
    const detail = `${label(operation)} answered ${answer.status} with JSON that is no ${operation.promises}.`
    return errorText(detail, answer, context)
  }
  const content: object[] = [{ type: 'text', text: json }]
  return result({ content, structured: json }, answer, context)
}

function isPromised(promised: OpenApiOperation['promises'], json: string): boolean {
  if (promised === 'object') return json.startsWith('{')
  return promised !== 'array' || json.startsWith('[')
}

function contentOf(answer: ApiAnswer, type: string, { operation, uri }: AnswerContext): object {
  const { bytes, status } = answer
  if (bytes.length === 0) return { type: 'text', text: `${label(operation)} answered ${status}.` }
  const data = (): string => bytes.toString('base64')
  if (type.startsWith('image/') && type !== 'image/svg+xml')
    return { type: 'image', data: data(), mimeType: type }
  if (type.startsWith('audio/')) return { type: 'audio', data: data(), mimeType: type }
  const text = isText(type) ? textOf(answer) : undefined
  if (text !== undefined) return { type: 'text', text }
  const mimeType = type === '' ? 'application/octet-stream' : type
  return { type: 'resource', resource: { uri, mimeType, blob: data() } }
}

function failureOf({ status, headers, bytes }: ApiAnswer, operation: OpenApiOperation): string {
  const type = mediaTypeOf(headers['content-type'] ?? '')
  const isQuoted = isJson(type) || isText(type)
  const body = isQuoted ? (textOf({ status, headers, bytes })?.trim() ?? '') : ''
  const quote = body.length > QUOTE_CHARS_MAX ? `${body.slice(0, QUOTE_CHARS_MAX)}…` : body
  const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : ''
  const retry = headers['retry-after']
  const wait = status === 429 && retry !== undefined ? ` Retry after: ${retry}.` : ''
  return `${label(operation)} answered HTTP ${status}.${redirect}${wait}${quote === '' ? '' : `\n${quote.toWellFormed()}`}`
}

function errorText(text: string, answer: ApiAnswer, context: AnswerContext): string {
  return result({ content: [{ type: 'text', text }], isError: true }, answer, context)
}

function result(
  made: { content: object[]; structured?: string; isError?: true },
  answer: ApiAnswer,
  { operation, meta }: AnswerContext,
): string {
  const next = made.isError === true ? undefined : nextPage(answer.headers['link'], operation)
  const content =
    next === undefined
      ? made.content
      : [
          ...made.content,
          { type: 'text', text: `There is a next page: call again with ${JSON.stringify(next)}.` },
        ]
  const whole = {
    ...meta,
    [META_HTTP]: { status: answer.status, headers: shownHeaders(answer.headers) },
    ...(next === undefined ? {} : { [META_PAGINATION]: { next } }),
  }
  const structured = made.structured === undefined ? '' : `,"structuredContent":${made.structured}`
  const error = made.isError === true ? ',"isError":true' : ''
  return `{"resultType":"complete","content":${JSON.stringify(content)}${structured}${error},"_meta":${JSON.stringify(whole)}}`
}

function shownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    SHOWN_HEADERS.flatMap((name) => {
      const value = headers[name]
      return value === undefined ? [] : [[name, String(value).slice(0, QUOTE_CHARS_MAX)]]
    }),
  )
}

function label({ method, path }: OpenApiOperation): string {
  return `${method} ${path}`
}

function isJson(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json')
}

function isText(type: string): boolean {
  return (
    type === '' ||
    type.startsWith('text/') ||
    type.endsWith('+xml') ||
    /^application\/(xml|yaml|x-yaml|javascript|graphql|x-ndjson|x-www-form-urlencoded|sql|toml)$/.test(
      type,
    )
  )
}

/** The body as text in the encoding that it names; undefined when it is no text. */
function textOf({ headers, bytes }: ApiAnswer): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset === undefined || /^utf-?8$/i.test(charset)) return utf8Of(bytes)
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    // An encoding that nobody here knows, or bytes that are none of it: the caller gets them as they are.
    return undefined
  }
}

function utf8Of(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? new TextDecoder().decode(bytes) : undefined
}

function isJsonText(text: string): boolean {
  try {
    checkJson(text)
    return true
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return false
  }
}
