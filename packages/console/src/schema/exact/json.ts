/**
 * A JSON value whose numbers keep the digits that were written: a form must not send 9007199254740992
 * for 9007199254740993 (RFC 8259 §6 leaves precision to the reader; we lose none).
 */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject

/** A JSON object; `__proto__` is a name like any other, so read members with {@link memberOf}. */
export type JsonObject = { readonly [name: string]: Json }

/** The grammar of a JSON number (RFC 8259 §6). */
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** `JSON.rawJSON` (ES2026 source text access); absent in older browsers. */
type RawJson = { readonly rawJSON?: (text: string) => unknown }

/** A number as it was written; `JSON.stringify` writes the same digits where the browser can. */
export class JsonNumber {
  readonly #text: string

  /** Throws RangeError when the text is no JSON number. */
  constructor(text: string) {
    if (!NUMBER.test(text)) throw new RangeError('not a JSON number')
    this.#text = text
  }

  get text(): string {
    return this.#text
  }

  toJSON(): unknown {
    if (survivesDouble(this.#text)) return Number(this.#text)
    const { rawJSON } = JSON as JSON & RawJson
    return rawJSON === undefined ? Number(this.#text) : rawJSON(this.#text)
  }
}

/** Whether a text is a JSON number. */
export function isNumberText(text: string): boolean {
  return NUMBER.test(text)
}

/** Whether this browser can send every number with all its digits. */
export function sendsExactNumbers(): boolean {
  return typeof (JSON as JSON & RawJson).rawJSON === 'function'
}

/** Whether a number comes out of a double as it went in, so that it needs no exact text. */
export function survivesDouble(text: string): boolean {
  return String(Number(text)) === text
}

/** Whether a value is an object (not an array, not a number). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value) && !isNumber(value)
}

/** Whether a value is an array; narrows read-only arrays, as `Array.isArray` does not. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** Whether a value is a number. */
export function isNumber(value: Json | undefined): value is JsonNumber {
  return value instanceof JsonNumber
}

/** The object's own member; undefined when it has none of that name. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** The seven names of JSON Schema's `type`, of a value; an integer is named `number`. */
export function typeOf(value: Json): 'null' | 'boolean' | 'string' | 'number' | 'array' | 'object' {
  if (value === null) return 'null'
  if (isArray(value)) return 'array'
  if (isNumber(value)) return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'string' ? 'string' : 'object'
}
