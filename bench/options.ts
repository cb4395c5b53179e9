import { parseArgs } from 'node:util'
import { SUBJECT_NAMES, type SubjectName } from './subjects/subject.ts'
import type { Plan } from './path/rounds.ts'

/** Parts of the bench. */
export const PARTS = ['path', 'money', 'streams', 'large', 'start', 'ledger'] as const

/** What runs when nobody says: all but the ledger, which takes long to fill and wants 5 GB of disk. */
const USUAL_PARTS = PARTS.filter((part) => part !== 'ledger')

/** One of {@link PARTS}. */
export type Part = (typeof PARTS)[number]

/** What a run of the bench does. */
export type Options = {
  readonly isQuick: boolean
  readonly parts: readonly Part[]
  /** Where the figures go as JSON, besides the terminal; undefined: nowhere. */
  readonly jsonFile: string | undefined
  /** Whether the result is written to docs/benchmarks: of a whole run, or when asked for. */
  readonly writesDocs: boolean
  readonly subjects: readonly SubjectName[]
  readonly plan: Plan
  /** Counted rounds of the money path. */
  readonly moneyRounds: number
  /** Scheduling priority of all that the bench starts, -20 to 19; 0 on a quiet machine. */
  readonly nice: number
  /** Fails this call of the upstream: to see that the bench notices. */
  readonly failCall: number | undefined
}

/** The options make no sense; the message is a sentence for a person. */
export class BadOptions extends Error {
  override name = 'BadOptions'
}

const FULL: Plan = { rounds: 5, clients: [1, 32, 256], windowS: 1.4, warmupS: 0.3, warmupShare: 1 }
const QUICK: Plan = { rounds: 2, clients: [1, 32, 256], windowS: 1, warmupS: 0.2, warmupShare: 0.6 }
const MONEY_ROUNDS = 2
const QUICK_SUBJECTS: readonly SubjectName[] = ['nginx', 'direct', 'free', 'paid', 'nginx-again']

/** Reads the command line; throws {@link BadOptions}. */
export function parseOptions(args: readonly string[]): Options {
  const values = read(args)
  const isQuick = values.quick === true
  const base = isQuick ? QUICK : FULL
  const isWhole = !isQuick && values.only === undefined && values.subjects === undefined
  const all = isQuick ? QUICK_SUBJECTS : SUBJECT_NAMES
  return {
    isQuick,
    parts: listOf(values.only, PARTS) ?? (isQuick ? ['path'] : USUAL_PARTS),
    jsonFile: values.json,
    writesDocs: values.docs === true || isWhole,
    subjects: listOf(values.subjects, SUBJECT_NAMES) ?? all,
    plan: {
      ...base,
      rounds: numberOf(values.rounds, 'rounds') ?? base.rounds,
      windowS: numberOf(values.window, 'window') ?? base.windowS,
      clients:
        values.clients?.split(',').map((text) => numberOf(text, 'clients') ?? 0) ?? base.clients,
    },
    moneyRounds: isQuick ? 1 : MONEY_ROUNDS,
    nice: Number(values.nice ?? 0),
    failCall: numberOf(values['fail-call'], 'fail-call'),
  }
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    quick: flag,
    docs: flag,
    only: text,
    json: text,
    subjects: text,
    rounds: text,
    window: text,
    clients: text,
    nice: text,
    'fail-call': text,
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new BadOptions(error instanceof Error ? error.message : String(error))
  }
}

function listOf<T extends string>(
  text: string | undefined,
  known: readonly T[],
): readonly T[] | undefined {
  return text?.split(',').map((name) => {
    const found = known.find((candidate) => candidate === name)
    if (found === undefined) throw new BadOptions(`"${name}" is none of ${known.join(', ')}.`)
    return found
  })
}

function numberOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) throw new BadOptions(`--${name} wants a number above zero, not "${text}".`)
  return value
}
