import { inspect } from 'node:util'
import type { Coverage } from './coverage.ts'
import { ENTRIES_MAX, ENTRY_CHARS_MAX } from './corpus.ts'
import { mutate } from './mutate.ts'
import type { Random } from './random.ts'
import { shrink } from './shrink.ts'
import type { Target } from './target.ts'

/** An input that broke an invariant, and what it said. */
export class Finding extends Error {
  override name = 'Finding'
  readonly input: string

  constructor(input: string, message: string) {
    super(message)
    this.input = input
  }
}

/** Inputs that are run before coverage is asked for: one taking costs as much as some hundred of them. */
const BATCH = 500
/** What one input of at most 4,096 characters may take, in milliseconds; a linear reader takes under one. */
const SLOW_MS = 100
/** A slow run may be the machine's: it is slow when it is so each time. */
const SLOW_RUNS = 5

const US_PER_MS = 1_000

/** One target under coverage-guided fuzzing: inputs that reach new blocks of the code are kept and mutated further. */
export class Fuzzing {
  executions = 0
  readonly #target: Target
  readonly #coverage: Coverage
  readonly #random: Random
  readonly #watch: (input: string | undefined) => void
  readonly #seen = new Set<string>()
  #kept: string[] = []

  /** `watch` is told of each input before it runs, and of its end. */
  constructor(
    target: Target,
    coverage: Coverage,
    random: Random,
    watch: (input: string | undefined) => void,
  ) {
    this.#target = target
    this.#coverage = coverage
    this.#random = random
    this.#watch = watch
  }

  get blocks(): number {
    return this.#seen.size
  }

  get kept(): readonly string[] {
    return this.#kept
  }

  /** Takes up the inputs that are known. Throws a {@link Finding}. */
  begin(inputs: readonly string[]): void {
    for (const input of inputs) {
      this.#runAll([input])
      for (const block of this.#coverage.take()) this.#seen.add(block)
    }
    this.#kept = [...inputs]
  }

  /** One batch of new inputs. Throws a {@link Finding}. */
  step(): void {
    const pool = { inputs: this.#kept, words: this.#target.words }
    const batch = Array.from({ length: BATCH }, () =>
      mutate(this.#random.of(this.#kept) ?? '', this.#random, pool),
    )
    this.#keepNew(batch)
  }

  /** The fewest and shortest inputs that reach all that was reached, as far as they are fit to be kept. */
  minimize(): readonly string[] {
    const reached = new Set<string>()
    const chosen: string[] = []
    const fit = this.#kept.filter((input) => input.length <= ENTRY_CHARS_MAX)
    for (const input of [...new Set(fit)].toSorted((a, b) => a.length - b.length)) {
      const before = reached.size
      for (const block of this.#reach(input)) reached.add(block)
      if (reached.size > before) chosen.push(input)
    }
    // The longest reach most on their own.
    return chosen.slice(-ENTRIES_MAX)
  }

  /** Finds by halves which inputs of a batch reached something new. */
  #keepNew(batch: readonly string[]): void {
    this.#runAll(batch)
    const fresh = [...this.#coverage.take()].filter((block) => !this.#seen.has(block))
    if (fresh.length === 0) return
    const [only] = batch
    if (batch.length > 1) {
      const middle = Math.floor(batch.length / 2)
      this.#keepNew(batch.slice(0, middle))
      this.#keepNew(batch.slice(middle))
    } else if (only !== undefined) {
      for (const block of fresh) this.#seen.add(block)
      this.#kept.push(
        shrink(only, (shorter) => {
          const reached = this.#reach(shorter)
          return fresh.every((block) => reached.has(block))
        }),
      )
    }
  }

  #reach(input: string): ReadonlySet<string> {
    this.#coverage.take()
    this.#runAll([input])
    return this.#coverage.take()
  }

  #runAll(inputs: readonly string[]): void {
    for (const input of inputs) {
      const fault = this.#faultOf(input)
      if (fault === undefined) continue
      const shorter = shrink(input, (candidate) => this.#faultOf(candidate) !== undefined)
      throw new Finding(shorter, this.#faultOf(shorter) ?? fault)
    }
  }

  #faultOf(input: string): string | undefined {
    this.executions += 1
    this.#watch(input)
    try {
      if (this.#timeMs(input) < SLOW_MS) return undefined
      const times = Array.from({ length: SLOW_RUNS }, () => this.#timeMs(input))
      const fastestMs = Math.min(...times)
      return fastestMs < SLOW_MS ? undefined : `takes ${fastestMs.toFixed(0)} ms each time`
    } catch (error) {
      return inspect(error)
    } finally {
      this.#watch(undefined)
    }
  }

  /** Of the processor, not of the clock: on a busy machine every input waits now and then. */
  #timeMs(input: string): number {
    const before = process.threadCpuUsage()
    this.#target.run(input)
    return process.threadCpuUsage(before).user / US_PER_MS
  }
}
