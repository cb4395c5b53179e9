import { compareDecimals } from './decimal.ts'
import { isArray, isNumber, isObject, JsonNumber, survivesDouble, type Json } from './json.ts'
import { DEPTH_MAX } from './parse-json.ts'

/** Writes a value with every digit of its numbers; `indent` blanks a level, 0 for one line. */
export function writeJson(value: Json, indent = 2): string {
  return write(value, indent, '\n')
}

function write(value: Json, indent: number, newline: string): string {
  if (isNumber(value)) return value.text
  const inner = newline + ' '.repeat(indent)
  if (isArray(value)) {
    return wrap(
      '[',
      value.map((item) => write(item, indent, inner)),
      ']',
    )
  }
  if (isObject(value)) {
    const colon = indent === 0 ? ':' : ': '
    const members = Object.entries(value).map(
      ([name, member]) => `${JSON.stringify(name)}${colon}${write(member, indent, inner)}`,
    )
    return wrap('{', members, '}')
  }
  return JSON.stringify(value)

  function wrap(open: string, parts: readonly string[], close: string): string {
    if (parts.length === 0) return open + close
    if (indent === 0) return open + parts.join(',') + close
    return `${open}${inner}${parts.join(`,${inner}`)}${newline}${close}`
  }
}

/** A value that `JSON.parse` made, as {@link Json}; undefined when it is none, or nested too deep. */
export function fromPlain(value: unknown, depth = 0): Json | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') {
    return Number.isFinite(value) ? new JsonNumber(JSON.stringify(value)) : undefined
  }
  if (typeof value !== 'object' || depth > DEPTH_MAX) return undefined
  if (value instanceof JsonNumber) return value
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => fromPlain(item, depth + 1))
    return items.every((item) => item !== undefined) ? items : undefined
  }
  const members: [string, Json][] = []
  for (const [name, member] of Object.entries(value)) {
    const read = fromPlain(member, depth + 1)
    if (read === undefined) return undefined
    members.push([name, read])
  }
  return Object.fromEntries(members)
}

/** The numbers of a value that a browser without exact numbers would change, the first few. */
export function lossyNumbers(value: Json, found: string[] = []): readonly string[] {
  if (found.length >= LOSSY_SHOWN_MAX) return found
  if (isNumber(value)) {
    if (!survivesDouble(value.text) && !sameDigits(value.text)) found.push(value.text)
  } else if (isArray(value)) for (const item of value) lossyNumbers(item, found)
  else if (isObject(value)) for (const member of Object.values(value)) lossyNumbers(member, found)
  return found
}

/** Numbers named in one sentence; more would not help. */
const LOSSY_SHOWN_MAX = 3

/** `1.0` and `1e2` are written otherwise by a double, but are the same number. */
function sameDigits(text: string): boolean {
  const again = JSON.stringify(Number(text))
  return again !== 'null' && compareDecimals(text, again) === 0
}
