import type { Member, ScannedObject, Span } from './span.ts'

/** How deep a message may nest: far more than any tool's arguments, far less than what exhausts a reader's stack. */
export const JSON_DEPTH_MAX = 256

/** The text is no JSON, or nests deeper than {@link JSON_DEPTH_MAX}. */
export class JsonError extends Error {
  override name = 'JsonError'
}

/** The text is JSON, and nests deeper than {@link JSON_DEPTH_MAX}. */
export class JsonTooDeep extends JsonError {
  override name = 'JsonTooDeep'
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

/**
 * Throws {@link JsonError} unless the whole text is one JSON value within the depth cap. The scanners
 * below may then walk it without checking the grammar again.
 */
export function checkJson(text: string): void {
  checkGrammar(text)
  // Each level has two brackets: most messages are too short to be too deep.
  if (text.length <= 2 * JSON_DEPTH_MAX) return
  if (depthAt(text, { start: 0, end: text.length }) > JSON_DEPTH_MAX)
    throw new JsonTooDeep(`deeper than ${JSON_DEPTH_MAX} levels`)
}

/** Throws {@link JsonError} unless the whole text is one JSON value, however deep. */
export function checkGrammar(text: string): void {
  try {
    JSON.parse(text)
  } catch (error) {
    throw new JsonError('not JSON', { cause: error })
  }
}

/** How many levels the value at a span nests: none for a string or a number. */
export function depthAt(text: string, { start, end }: Span): number {
  let depth = 0
  let deepest = 0
  for (let index = start; index < end; index += 1) {
    const char = text.charCodeAt(index)
    if (char === QUOTE) index = endOfString(text, index) - 1
    else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) depth -= 1
  }
  return deepest
}

/** The members of the object that starts at or after `from`; undefined when another kind of value stands there. */
export function scanObject(text: string, from = 0): ScannedObject | undefined {
  const start = skipBlank(text, from)
  if (text.charCodeAt(start) !== OPEN_OBJECT) return undefined
  const members: Member[] = []
  let at = skipBlank(text, start + 1)
  while (text.charCodeAt(at) === QUOTE) {
    const keySpan = { start: at, end: endOfString(text, at) }
    at = skipBlank(text, keySpan.end)
    if (text.charCodeAt(at) !== COLON) throw new JsonError('a member has no value')
    const value = valueAt(text, at + 1)
    members.push({ key: decodeKey(text, keySpan), keySpan, value })
    at = skipBlank(text, value.end)
    if (text.charCodeAt(at) === COMMA) at = skipBlank(text, at + 1)
  }
  if (text.charCodeAt(at) !== CLOSE_OBJECT) throw new JsonError('an object does not end')
  return { span: { start, end: at + 1 }, members }
}

/** Where the elements of the array that starts at or after `from` stand; undefined when no array stands there. */
export function scanArray(text: string, from = 0): { span: Span; elements: Span[] } | undefined {
  const start = skipBlank(text, from)
  if (text.charCodeAt(start) !== OPEN_ARRAY) return undefined
  const elements: Span[] = []
  let at = skipBlank(text, start + 1)
  while (at < text.length && text.charCodeAt(at) !== CLOSE_ARRAY) {
    const element = valueAt(text, at)
    elements.push(element)
    at = skipBlank(text, element.end)
    if (text.charCodeAt(at) === COMMA) at = skipBlank(text, at + 1)
  }
  if (at >= text.length) throw new JsonError('an array does not end')
  return { span: { start, end: at + 1 }, elements }
}

/** Decodes a JSON string that stands at a span; undefined when another kind of value stands there. */
export function stringAt(text: string, span: Span | undefined): string | undefined {
  if (span === undefined || text.charCodeAt(span.start) !== QUOTE) return undefined
  return decodeKey(text, span)
}

function valueAt(text: string, from: number): Span {
  const start = skipBlank(text, from)
  const first = text.charCodeAt(start)
  if (first === QUOTE) return { start, end: endOfString(text, start) }
  if (first === OPEN_OBJECT || first === OPEN_ARRAY)
    return { start, end: endOfContainer(text, start) }
  let end = start
  while (end < text.length && !isScalarEnd(text.charCodeAt(end))) end += 1
  if (end === start) throw new JsonError('a value is missing')
  return { start, end }
}

function endOfContainer(text: string, start: number): number {
  let depth = 0
  for (let index = start; index < text.length; index += 1) {
    const char = text.charCodeAt(index)
    if (char === QUOTE) index = endOfString(text, index) - 1
    else if (char === OPEN_OBJECT || char === OPEN_ARRAY) depth += 1
    else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  throw new JsonError('a container does not end')
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return end + 1
  }
  throw new JsonError('a string does not end')
}

function decodeKey(text: string, span: Span): string {
  const inner = text.slice(span.start + 1, span.end - 1)
  return inner.includes('\\') ? String(JSON.parse(`"${inner}"`)) : inner
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (isBlank(text.charCodeAt(at))) at += 1
  return at
}

function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09
}

function isScalarEnd(char: number): boolean {
  return char === COMMA || char === CLOSE_OBJECT || char === CLOSE_ARRAY || isBlank(char)
}
