import { headerOf, type HeaderBag } from '../codec.ts'
import { JSON_DEPTH_MAX, scanObject, stringAt } from '../json/scan.ts'
import { duplicateOf, memberOf, textOf, type Span } from '../json/span.ts'
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts'

/** One argument of a tool that is mirrored into a header (MCP 2026-07-28, custom headers from tool parameters). */
export type ParamHeader = {
  /** The header's name in lower case, with its prefix: `mcp-param-region`. */
  readonly header: string
  /** The keys that lead to the value in the call's arguments. */
  readonly path: readonly string[]
}

/** What a tool's schema says of mirrored arguments; a tool whose schema is invalid must not be shown over HTTP. */
export type ParamHeaders =
  | { readonly kind: 'valid'; readonly headers: readonly ParamHeader[] }
  | { readonly kind: 'invalid'; readonly reason: string }

/** The schema keyword that marks a mirrored argument. */
export const PARAM_HEADER_KEYWORD = 'x-mcp-header'
const PREFIX = 'mcp-param-'

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const MIRRORED_TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean'])
/** Keywords whose values are instances, not schemas: what stands in them annotates nothing. */
const INSTANCE_KEYWORDS: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples'])
/** Keywords whose values are schemas by a name of the author's: the name itself is no keyword. */
const NAMED_SCHEMAS: ReadonlySet<string> = new Set([
  '$defs',
  'definitions',
  'dependentSchemas',
  'patternProperties',
])
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/
const FIELD_VALUE = /^[\t\x20-\x7e]*$/

/** Reads the annotations of a tool's `inputSchema`, which is JSON text; the first fault makes them all invalid. */
export function readParamHeaders(schemaText: string): ParamHeaders {
  // Most tools mirror nothing, and a keyword can hide behind an escape alone.
  if (!schemaText.includes(PARAM_HEADER_KEYWORD) && !schemaText.includes('\\'))
    return { kind: 'valid', headers: [] }
  const found = new Map<string, ParamHeader>()
  try {
    visit(JSON.parse(schemaText), [], found, 0)
    return { kind: 'valid', headers: [...found.values()] }
  } catch (error) {
    if (!(error instanceof InvalidAnnotation)) throw error
    return { kind: 'invalid', reason: error.message }
  }
}

/** The headers that mirror a call's `arguments`, which are JSON text; what is absent or null has none. */
export function paramHeadersOf(
  headers: readonly ParamHeader[],
  argumentsText: string | undefined,
): Record<string, string> {
  const mirrored: Record<string, string> = {}
  for (const { header, path } of headers) {
    const found = valueAt(argumentsText, path)
    const value = found.kind === 'value' ? headerText(found.text) : undefined
    if (value !== undefined) mirrored[header] = encodeHeaderValue(value)
  }
  return mirrored
}

/** Why the headers of a request do not mirror its `arguments` (the error is then -32020); undefined when they do. */
export function paramMismatch(
  headers: readonly ParamHeader[],
  argumentsText: string | undefined,
  bag: HeaderBag,
): string | undefined {
  for (const { header, path } of headers) {
    const fault = mismatchAt(valueAt(argumentsText, path), headerOf(bag, header))
    if (fault !== undefined) return `the ${header} header ${fault}`
  }
  return undefined
}

class InvalidAnnotation extends Error {
  override name = 'InvalidAnnotation'
}

/** `path` is undefined where no chain of `properties` leads: an annotation there is a fault. */
function visit(
  schema: unknown,
  path: readonly string[] | undefined,
  found: Map<string, ParamHeader>,
  depth: number,
): void {
  if (typeof schema !== 'object' || schema === null) return
  if (depth > JSON_DEPTH_MAX) throw new InvalidAnnotation('the schema is too deep')
  if (Array.isArray(schema)) {
    for (const one of schema) visit(one, undefined, found, depth + 1)
    return
  }
  const keywords = new Map<string, unknown>(Object.entries(schema))
  if (keywords.has(PARAM_HEADER_KEYWORD)) add(keywords, path, found)
  for (const [keyword, value] of keywords) {
    if (INSTANCE_KEYWORDS.has(keyword)) continue
    const isNamed = NAMED_SCHEMAS.has(keyword)
    if (keyword !== 'properties' && !isNamed) {
      visit(value, undefined, found, depth + 1)
      continue
    }
    for (const [name, property] of entriesOf(value)) {
      visit(property, isNamed || path === undefined ? undefined : [...path, name], found, depth + 1)
    }
  }
}

function add(
  keywords: ReadonlyMap<string, unknown>,
  path: readonly string[] | undefined,
  found: Map<string, ParamHeader>,
): void {
  const name = keywords.get(PARAM_HEADER_KEYWORD)
  const what = `${PARAM_HEADER_KEYWORD} ${JSON.stringify(name)}`
  if (path === undefined || path.length === 0)
    throw new InvalidAnnotation(`${what} stands where properties alone do not lead`)
  if (typeof name !== 'string' || !TOKEN.test(name))
    throw new InvalidAnnotation(`${what} is not the name of a header`)
  if (!MIRRORED_TYPES.has(keywords.get('type')))
    throw new InvalidAnnotation(`${what} is not on a string, an integer or a boolean`)
  const header = `${PREFIX}${name.toLowerCase()}`
  if (found.has(header)) throw new InvalidAnnotation(`${what} stands twice`)
  found.set(header, { header, path })
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : []
}

type Found =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'absent' }
  /** A key on the way stands twice: two readers may see two values. */
  | { readonly kind: 'ambiguous' }

function valueAt(argumentsText: string | undefined, path: readonly string[]): Found {
  if (argumentsText === undefined) return { kind: 'absent' }
  let span: Span = { start: 0, end: argumentsText.length }
  for (const key of path) {
    const object = scanObject(argumentsText, span.start)
    if (object !== undefined && duplicateOf(object, new Set([key])) !== undefined)
      return { kind: 'ambiguous' }
    const member = memberOf(object, key)
    if (member === undefined) return { kind: 'absent' }
    span = member.value
  }
  const text = textOf(argumentsText, span)
  return text === 'null' ? { kind: 'absent' } : { kind: 'value', text }
}

/** The text of a mirrored value; undefined for what cannot be mirrored: containers, and integers that are not safe. */
function headerText(valueText: string): string | undefined {
  if (valueText.startsWith('"')) return stringAt(valueText, { start: 0, end: valueText.length })
  if (valueText === 'true' || valueText === 'false') return valueText
  if (!NUMBER.test(valueText)) return undefined
  const number = Number(valueText)
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? undefined : String(number)
}

function mismatchAt(found: Found, header: string | undefined): string | undefined {
  if (found.kind === 'ambiguous') return 'mirrors a value that stands twice'
  if (found.kind === 'absent')
    return header === undefined ? undefined : 'mirrors a value that the body does not have'
  if (header === undefined) return 'is missing'
  if (!FIELD_VALUE.test(header)) return 'has characters that no header may have'
  const decoded = decodeHeaderValue(header)
  const expected = headerText(found.text)
  if (decoded === undefined || expected === undefined) return 'cannot be compared with the body'
  // Numbers are compared as numbers: `42.0` and `42` are equal.
  const isNumber = !found.text.startsWith('"') && NUMBER.test(found.text) && NUMBER.test(decoded)
  const isSame = isNumber ? Number(decoded) === Number(expected) : decoded === expected
  return isSame ? undefined : 'and the body differ'
}
