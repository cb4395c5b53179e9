import { JsonNumber, type Json } from './json.ts'

/** Nesting that is read; deeper text is refused, as no form can show it and a stack is finite. */
export const DEPTH_MAX = 200
/** Characters that are read, far beyond the gateway's own limit of a request. */
export const TEXT_MAX = 8_000_000

/** Why a text is no JSON, and where: line and column count from 1. */
export type JsonFault = {
  readonly code: 'syntax' | 'too_deep' | 'too_long' | 'duplicate_name'
  readonly line: number
  readonly column: number
  /** The name that occurs twice, of `duplicate_name`. */
  readonly name?: string
}

/** What reading gave: a value with exact numbers, or the first fault. */
export type Parsed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: JsonFault }

class Fault extends Error {
  readonly code: JsonFault['code']
  readonly at: number
  readonly of: string | undefined

  constructor(code: JsonFault['code'], at: number, of?: string) {
    super(code)
    this.code = code
    this.at = at
    this.of = of
  }
}

/** Reads JSON (RFC 8259) keeping the digits of numbers; a name that occurs twice is a fault, not a loss. */
export function parseJson(text: string): Parsed {
  if (text.length > TEXT_MAX) return faultOf(new Fault('too_long', TEXT_MAX), text)
  try {
    return { ok: true, value: readDocument(text) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return faultOf(error, text)
  }
}

const BLANK = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const WORDS: Readonly<Record<string, Json>> = { t: true, f: false, n: null }

function readDocument(text: string): Json {
  let at = 0
  const value = readValue(0)
  skipBlank()
  if (at < text.length) throw new Fault('syntax', at)
  return value

  function skipBlank(): void {
    BLANK.lastIndex = at
    BLANK.exec(text)
    at = BLANK.lastIndex
  }

  function take(character: string): boolean {
    skipBlank()
    if (text[at] !== character) return false
    at += 1
    return true
  }

  function expect(character: string): void {
    if (!take(character)) throw new Fault('syntax', at)
  }

  function readValue(depth: number): Json {
    if (depth > DEPTH_MAX) throw new Fault('too_deep', at)
    skipBlank()
    const first = text[at] ?? ''
    if (first === '{') return readObject(depth)
    if (first === '[') return readArray(depth)
    if (first === '"') return readString()
    const word = WORDS[first]
    if (word !== undefined) return readWord(word)
    NUMBER.lastIndex = at
    const number = NUMBER.exec(text)
    if (number === null) throw new Fault('syntax', at)
    at = NUMBER.lastIndex
    return new JsonNumber(number[0])
  }

  function readWord(word: Json): Json {
    const spelled = JSON.stringify(word)
    if (!text.startsWith(spelled, at)) throw new Fault('syntax', at)
    at += spelled.length
    return word
  }

  function readString(): string {
    const start = at
    for (at += 1; text[at] !== '"'; at += 1) {
      if (at >= text.length) throw new Fault('syntax', start)
      if (text[at] === '\\') at += 1
    }
    at += 1
    try {
      return JSON.parse(text.slice(start, at)) as string
    } catch {
      throw new Fault('syntax', start) // a control character or a wrong escape
    }
  }

  function readArray(depth: number): Json {
    at += 1
    const items: Json[] = []
    if (take(']')) return items
    do items.push(readValue(depth + 1))
    while (take(','))
    expect(']')
    return items
  }

  function readObject(depth: number): Json {
    at += 1
    const members = new Map<string, Json>()
    if (take('}')) return {}
    do {
      skipBlank()
      const start = at
      if (text[at] !== '"') throw new Fault('syntax', at)
      const name = readString()
      if (members.has(name)) throw new Fault('duplicate_name', start, name)
      expect(':')
      members.set(name, readValue(depth + 1))
    } while (take(','))
    expect('}')
    return Object.fromEntries(members)
  }
}

function faultOf({ code, at, of }: Fault, text: string): Parsed {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  return { ok: false, fault: { code, line, column, ...(of === undefined ? {} : { name: of }) } }
}
