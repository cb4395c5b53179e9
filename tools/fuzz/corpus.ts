import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'

const CORPUS = join(import.meta.dirname, 'corpus')
/** Not in the repository: what is found goes into a test, and its input into the corpus. */
const CRASHES = join(import.meta.dirname, 'crashes')

/** Inputs that are kept for one target: all targets together stay under 300. */
export const ENTRIES_MAX = 28
/** The longest input that is kept, in characters: the corpus is read by people too. */
export const ENTRY_CHARS_MAX = 1_024

/**
 * The known inputs of a target, one JSON string on each line: those that reach the most, and those that once broke
 * an invariant (`<name>.found.txt`), which no run takes away.
 */
export function readCorpus(name: string): readonly string[] {
  return [...linesOf(`${name}.txt`), ...linesOf(`${name}.found.txt`)]
}

function linesOf(file: string): readonly string[] {
  const path = join(CORPUS, file)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => String(JSON.parse(line)))
}

/** Writes the kept inputs of a target. Only ASCII: no editor and no diff changes an input. */
export function writeCorpus(name: string, inputs: readonly string[]): void {
  mkdirSync(CORPUS, { recursive: true })
  const lines = inputs.toSorted().map((input) => `${toAscii(input)}\n`)
  writeFileSync(join(CORPUS, `${name}.txt`), lines.join(''))
}

/** Writes an input that broke an invariant, and gives its path. */
export function writeCrash(name: string, input: string): string {
  mkdirSync(CRASHES, { recursive: true })
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12)
  const path = join(CRASHES, `${name}-${digest}.json`)
  writeFileSync(path, `${toAscii(input)}\n`)
  return path
}

function toAscii(input: string): string {
  return JSON.stringify(input).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
