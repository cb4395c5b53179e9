import { compilePattern, type Instruction, type Program } from './parse-pattern.ts'

/** Whether a text matches; `unchecked` when that cannot be told within the bounds below. */
export type PatternVerdict = 'matches' | 'differs' | 'unchecked'

/** Steps of one check: some tens of milliseconds at most, so that no pattern holds up the page. */
export const STEPS_MAX = 500_000

/** What is left of the steps, shared by all matches of one check. */
export type StepMeter = { left: number }

/** What looking up or compiling one pattern is reckoned as: thousands of patterns are an attack. */
const COMPILE_COST = 200
/** Compiled patterns that are kept. */
const KEPT_MAX = 200

const kept = new Map<string, Program | undefined>()

/** Matches anywhere in the text, as JSON Schema means it (core §6.4): linear in pattern times text, never more. */
export function matchPattern(
  pattern: string,
  text: string,
  meter: StepMeter = { left: STEPS_MAX },
): PatternVerdict {
  meter.left -= COMPILE_COST
  if (meter.left < 0) return 'unchecked'
  const program = programOf(pattern)
  return program === undefined ? 'unchecked' : run(program, text, meter)
}

function programOf(pattern: string): Program | undefined {
  if (kept.has(pattern)) return kept.get(pattern)
  if (kept.size >= KEPT_MAX) kept.clear()
  const program = compilePattern(pattern)
  kept.set(pattern, program)
  return program
}

function run(program: Program, text: string, meter: StepMeter): PatternVerdict {
  if (text.length > meter.left) return 'unchecked'
  const characters = Array.from(text)
  let threads = new Set<number>()
  for (let at = 0; at <= characters.length; at += 1) {
    const here = follow(new Set([...threads, 0]), at)
    if (here === 'matches' || here === 'unchecked') return here
    threads = new Set()
    const character = characters[at]
    if (character === undefined) break
    for (const { index, instruction } of here) {
      if (instruction.op === 'one' && instruction.accepts.test(character)) threads.add(index + 1)
    }
  }
  return 'differs'

  /** All instructions that can be reached from here without reading a character. */
  function follow(from: ReadonlySet<number>, at: number) {
    const seen = new Set(from)
    const waiting = [...from]
    const reading: { index: number; instruction: Instruction }[] = []
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      meter.left -= 1
      if (meter.left < 0) return 'unchecked'
      const instruction = program[index]
      if (instruction === undefined) continue
      if (instruction.op === 'match') return 'matches'
      if (instruction.op === 'one') reading.push({ index, instruction })
      else for (const next of nextOf(instruction, index, at)) visit(next)
    }
    return reading

    function visit(next: number): void {
      if (seen.has(next)) return
      seen.add(next)
      waiting.push(next)
    }
  }

  function nextOf(instruction: Instruction, index: number, at: number): readonly number[] {
    if (instruction.op === 'split') return instruction.to
    if (instruction.op === 'jump') return [instruction.to]
    if (instruction.op !== 'assert') return []
    return holds(instruction.what, at) ? [index + 1] : []
  }

  function holds(what: 'start' | 'end' | 'edge' | 'inside', at: number): boolean {
    if (what === 'start') return at === 0
    if (what === 'end') return at === characters.length
    const isEdge = isWord(characters[at - 1]) !== isWord(characters[at])
    return what === 'edge' ? isEdge : !isEdge
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character)
}
