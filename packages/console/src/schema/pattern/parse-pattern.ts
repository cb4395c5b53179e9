/** One step of a compiled pattern: a program for a machine without backtracking (Thompson's construction). */
export type Instruction =
  | { readonly op: 'one'; readonly accepts: RegExp }
  | { readonly op: 'split'; readonly to: readonly [number, number] }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly op: 'match' }

/** A compiled pattern, or why it cannot be checked here. */
export type Program = readonly Instruction[]

/** Longest pattern that is compiled, in characters: real ones are a line. */
const PATTERN_MAX = 1_000
/** Largest program, in instructions: counted repetitions are written out. */
const PROGRAM_MAX = 2_000
/** Nested groups. */
const DEPTH_MAX = 50

type Tree =
  | { readonly kind: 'one'; readonly accepts: RegExp }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'row'; readonly parts: readonly Tree[] }
  | { readonly kind: 'either'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number }

class Unsupported extends Error {}

/** Compiles an ECMA-262 pattern; undefined when it needs backtracking (lookaround, back references) or is too large. */
export function compilePattern(pattern: string): Program | undefined {
  if (pattern.length > PATTERN_MAX) return undefined
  try {
    const program: Instruction[] = []
    emit(readPattern(pattern), program)
    program.push({ op: 'match' })
    return program
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}

const ESCAPE =
  /\\(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[\w=]{1,60}\}|[^0-9kupPxc])/uy
const CLASS = /\[\^?(?:\\.|[^\]\\])*\]/uy
const COUNT = /\{(\d{1,5})(?:(,)(\d{1,5})?)?\}/y
const GROUP = /\((?:\?(?::|<[A-Za-z_]\w*>))?/y

function readPattern(pattern: string): Tree {
  let at = 0
  const tree = readEither(0)
  if (at < pattern.length) throw new Unsupported()
  return tree

  function scan(token: RegExp): RegExpExecArray | null {
    token.lastIndex = at
    const found = token.exec(pattern)
    if (found !== null) at = token.lastIndex
    return found
  }

  function readEither(depth: number): Tree {
    if (depth > DEPTH_MAX) throw new Unsupported()
    const parts = [readRow(depth)]
    while (pattern[at] === '|') {
      at += 1
      parts.push(readRow(depth))
    }
    return parts.length === 1 ? (parts[0] ?? { kind: 'row', parts }) : { kind: 'either', parts }
  }

  function readRow(depth: number): Tree {
    const parts: Tree[] = []
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      parts.push(readRepeat(readOne(depth)))
    }
    return { kind: 'row', parts }
  }

  function readRepeat(part: Tree): Tree {
    const range = readRange()
    if (range === undefined) return part
    if (part.kind === 'assert') throw new Unsupported()
    if (pattern[at] === '?') at += 1 // lazy or greedy: the same language
    if (readRange() !== undefined) throw new Unsupported()
    return { kind: 'repeat', part, ...range }
  }

  function readRange(): { min: number; max: number } | undefined {
    const sign = pattern[at]
    if (sign === '*' || sign === '+' || sign === '?') {
      at += 1
      return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
    }
    const count = scan(COUNT)
    if (count === null) return undefined
    const min = Number(count[1])
    const upTo = count[3] === undefined ? Infinity : Number(count[3])
    const max = count[2] === undefined ? min : upTo
    if (max < min) throw new Unsupported()
    return { min, max }
  }

  function readOne(depth: number): Tree {
    const first = pattern[at] ?? ''
    if (first === '(') {
      if (scan(GROUP) === null || pattern[at] === '?') throw new Unsupported()
      const inner = readEither(depth + 1)
      if (pattern[at] !== ')') throw new Unsupported()
      at += 1
      return inner
    }
    if (first === '^' || first === '$') {
      at += 1
      return { kind: 'assert', what: first === '^' ? 'start' : 'end' }
    }
    if (first === '[') return one(scan(CLASS)?.[0])
    if (first === '\\') return readEscape(scan(ESCAPE)?.[0])
    if (first === '.') {
      at += 1
      return one('.')
    }
    if ('*+?{}]'.includes(first)) throw new Unsupported()
    const literal = String.fromCodePoint(pattern.codePointAt(at) ?? 0)
    at += literal.length
    return one(literal === '/' ? '\\/' : literal)
  }

  function readEscape(escape: string | undefined): Tree {
    if (escape === '\\b') return { kind: 'assert', what: 'edge' }
    if (escape === '\\B') return { kind: 'assert', what: 'inside' }
    return one(escape)
  }
}

/** A test of one character, made of one class or escape: nothing in it can repeat, so nothing can blow up. */
function one(source: string | undefined): Tree {
  if (source === undefined) throw new Unsupported()
  for (const flags of ['u', '']) {
    try {
      return { kind: 'one', accepts: new RegExp(`^${source}$`, flags) }
    } catch {
      continue // an escape that only the older grammar knows
    }
  }
  throw new Unsupported()
}

function emit(tree: Tree, program: Instruction[]): void {
  if (program.length > PROGRAM_MAX) throw new Unsupported()
  switch (tree.kind) {
    case 'one':
      program.push({ op: 'one', accepts: tree.accepts })
      return
    case 'assert':
      program.push({ op: 'assert', what: tree.what })
      return
    case 'row':
      for (const part of tree.parts) emit(part, program)
      return
    case 'either':
      return emitEither(tree.parts, program)
    case 'repeat':
      return emitRepeat(tree, program)
  }
}

function emitEither(parts: readonly Tree[], program: Instruction[]): void {
  const ends: number[] = []
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(part, program)
      break
    }
    const split = program.push({ op: 'jump', to: 0 }) - 1
    emit(part, program)
    ends.push(program.push({ op: 'jump', to: 0 }) - 1)
    program[split] = { op: 'split', to: [split + 1, program.length] }
  }
  for (const end of ends) program[end] = { op: 'jump', to: program.length }
}

function emitRepeat(
  { part, min, max }: { part: Tree; min: number; max: number },
  program: Instruction[],
): void {
  for (let count = 0; count < min; count += 1) emit(part, program)
  if (max === Infinity) {
    const split = program.push({ op: 'jump', to: 0 }) - 1
    emit(part, program)
    program.push({ op: 'jump', to: split })
    program[split] = { op: 'split', to: [split + 1, program.length] }
    return
  }
  const splits: number[] = []
  for (let count = min; count < max; count += 1) {
    splits.push(program.push({ op: 'jump', to: 0 }) - 1)
    emit(part, program)
  }
  for (const split of splits) program[split] = { op: 'split', to: [split + 1, program.length] }
}
