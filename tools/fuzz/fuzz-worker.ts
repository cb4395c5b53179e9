/** The thread in which one target is fuzzed: it can hang, and is then ended from outside. */
import { parentPort, workerData } from 'node:worker_threads'
import { Coverage } from './coverage.ts'
import { readCorpus } from './corpus.ts'
import { Finding, Fuzzing } from './fuzzing.ts'
import { Random } from './random.ts'
import { WatchedInput } from './watched-input.ts'

/** What a thread is asked for. */
export type Task = {
  readonly name: string
  readonly seconds: number
  readonly seed: number
  readonly buffer: SharedArrayBuffer
}

/** What it says, now and then and at the end. */
export type News = {
  readonly executions: number
  readonly blocks: number
  readonly kept: number
  /** The inputs to keep, at the end. */
  readonly corpus?: readonly string[]
  readonly finding?: { readonly input: string; readonly message: string }
}

/** Between two lines of progress, in milliseconds. */
const NEWS_MS = 5_000

const { name, seconds, seed, buffer } = workerData as Task
const coverage = new Coverage()
const { TARGETS } = await import('./targets.ts')
const target = TARGETS.find((one) => one.name === name)
if (target === undefined) throw new Error(`no target is called ${name}`)
const watched = new WatchedInput(buffer)
const fuzzing = new Fuzzing(target, coverage, new Random(seed), (input) => watched.note(input))
const tell = (more: Partial<News> = {}): void => {
  const { executions, blocks, kept } = fuzzing
  parentPort?.postMessage({ executions, blocks, kept: kept.length, ...more } satisfies News)
}

try {
  const endsAt = performance.now() + seconds * 1_000
  let nextNewsAt = performance.now() + NEWS_MS
  fuzzing.begin([...new Set([...target.seeds, ...readCorpus(name)])])
  while (performance.now() < endsAt) {
    fuzzing.step()
    if (performance.now() < nextNewsAt) continue
    tell()
    nextNewsAt = performance.now() + NEWS_MS
  }
  tell({ corpus: fuzzing.minimize() })
} catch (error) {
  if (!(error instanceof Finding)) throw error
  tell({ finding: { input: error.input, message: error.message } })
}
