import { mutateJson } from './mutate-json.ts'
import type { Pool } from './pool.ts'
import type { Random } from './random.ts'

/** The longest input, in characters: long enough to show what costs more than linear time, short enough for many runs. */
export const INPUT_CHARS_MAX = 4_096

/** Changes of one input, one on the other, at most. */
const CHANGES_MAX = 6
/** How often a piece is repeated at most. */
const REPEATS_MAX = 300

type Change = (input: string, random: Random, pool: Pool) => string

/** A new input, made of one of the corpus. */
export function mutate(input: string, random: Random, pool: Pool): string {
  let mutated = input
  for (let left = 1 + random.below(CHANGES_MAX); left > 0; left -= 1) {
    mutated = (random.of(CHANGES) ?? insertWord)(mutated, random, pool)
  }
  return mutated.slice(0, INPUT_CHARS_MAX)
}

const insertWord: Change = (input, random, { words }) =>
  insert(input, random.below(input.length + 1), random.of(words) ?? '')

const replaceByWord: Change = (input, random, { words }) => {
  const [start, end] = slice(input, random)
  return input.slice(0, start) + (random.of(words) ?? '') + input.slice(end)
}

const changeCharacter: Change = (input, random) => {
  const at = random.below(Math.max(1, input.length))
  return input.slice(0, at) + character(random) + input.slice(at + 1)
}

const insertCharacter: Change = (input, random) =>
  insert(input, random.below(input.length + 1), character(random))

const flipBit: Change = (input, random) => {
  const at = random.below(Math.max(1, input.length))
  const flipped = (input.charCodeAt(at) || 0) ^ (1 << random.below(7))
  return input.slice(0, at) + String.fromCharCode(flipped) + input.slice(at + 1)
}

const remove: Change = (input, random) => {
  const [start, end] = slice(input, random)
  return input.slice(0, start) + input.slice(end)
}

const copy: Change = (input, random) => {
  const [start, end] = slice(input, random)
  return insert(input, random.below(input.length + 1), input.slice(start, end))
}

const repeat: Change = (input, random) => {
  const [start, end] = slice(input, random, 16)
  return insert(input, end, input.slice(start, end).repeat(random.below(REPEATS_MAX)))
}

const cross: Change = (input, random, { inputs }) => {
  const other = random.of(inputs) ?? ''
  return (
    input.slice(0, random.below(input.length + 1)) + other.slice(random.below(other.length + 1))
  )
}

const changeNumber: Change = (input, random) => {
  const found = random.of([...input.matchAll(/-?\d+/g)])
  if (found === undefined) return insertCharacter(input, random, EMPTY)
  const number = random.of(NUMBERS) ?? String(random.below(1_000))
  return input.slice(0, found.index) + number + input.slice(found.index + found[0].length)
}

const EMPTY: Pool = { inputs: [], words: [] }
const NUMBERS = ['0', '-0', '-1', '1.0', '1e400', '9007199254740993', '4294967296', '00', '1e-7']
const CHANGES: readonly Change[] = [
  insertWord,
  insertWord,
  replaceByWord,
  changeCharacter,
  insertCharacter,
  flipBit,
  remove,
  copy,
  repeat,
  cross,
  changeNumber,
  mutateJson,
  mutateJson,
]
/** Characters that readers treat each in its own way. */
const SPECIAL =
  '{}[]",:\\/=? \t\r\n\0.-+eE01_\u007f\u0080\u00ef\u00bb\u00bf\u00ff\u2028\ufeff\ud800'

function character(random: Random): string {
  return random.below(3) === 0
    ? String.fromCharCode(random.below(256))
    : (SPECIAL[random.below(SPECIAL.length)] ?? '')
}

function insert(input: string, at: number, text: string): string {
  return input.slice(0, at) + text + input.slice(at)
}

function slice(input: string, random: Random, charsMax = 64): readonly [number, number] {
  const start = random.below(input.length + 1)
  return [start, Math.min(input.length, start + random.below(charsMax))]
}
