import type { Clock } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import { Backoff } from './backoff.ts'
import {
  startChild,
  type ChildLife,
  type Exit,
  type Ready,
  type RunningChild,
} from './running-child.ts'

/** A process to keep alive. */
export type ProcessSpec = ChildLife & {
  readonly name: string
  /** How long it may take until it serves. */
  readonly readyTimeoutMs: number
  /** How long it may take to end in order before it is killed. */
  readonly stopTimeoutMs: number
  /** Closes what `log` writes to; called once, after the end. */
  readonly closeLog: () => void
}

/** What a supervised process tells: for the terminal, and for tests. */
export type ProcessEvent =
  | {
      readonly kind: 'died'
      readonly name: string
      readonly exit: Exit
      readonly restartInMs: number
    }
  | { readonly kind: 'restarted'; readonly name: string; readonly pid: number }

/** Keeps one process alive: starts it, starts it again when it dies, ends it in order. */
export class SupervisedProcess {
  readonly name: string
  readonly #spec: ProcessSpec
  readonly #clock: Clock
  readonly #tell: (event: ProcessEvent) => void
  readonly #backoff = new Backoff()
  #child: RunningChild | undefined
  #startedAtMs = 0
  #stopping = false
  #timer: NodeJS.Timeout | undefined

  constructor(spec: ProcessSpec, deps: { clock: Clock; tell: (event: ProcessEvent) => void }) {
    this.name = spec.name
    this.#spec = spec
    this.#clock = deps.clock
    this.#tell = deps.tell
  }

  /** The process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts it and waits until it serves; a process that ends before that is a refused start. */
  async start(): Promise<Ready> {
    const child = this.#launch()
    const outcome = await this.#outcomeOf(child)
    if ('ready' in outcome) {
      this.#watch(child)
      return outcome
    }
    this.#child = undefined
    this.#spec.closeLog()
    throw refuse('platform.process_failed', { detail: this.#whyNot(outcome) })
  }

  /** Ends it in order, to be started again with an environment that is asked for anew. */
  renew(): void {
    this.#child?.signal('SIGTERM')
  }

  /** Asks it to end, kills it when it does not, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    const child = this.#child
    if (child !== undefined) {
      child.signal('SIGTERM')
      const killer = setTimeout(() => child.signal('SIGKILL'), this.#spec.stopTimeoutMs)
      await child.exited
      clearTimeout(killer)
      this.#child = undefined
    }
    this.#spec.closeLog()
  }

  #launch(): RunningChild {
    this.#startedAtMs = this.#clock.monotonicMs()
    const child = startChild(this.#spec)
    this.#child = child
    return child
  }

  /** Whichever comes first: it serves, it ends, or its time is up (then it is killed, and ends). */
  async #outcomeOf(child: RunningChild): Promise<Ready | Exit> {
    const limit = setTimeout(() => child.signal('SIGKILL'), this.#spec.readyTimeoutMs)
    const outcome = await Promise.race([child.ready, child.exited])
    clearTimeout(limit)
    return outcome
  }

  #watch(child: RunningChild): void {
    void child.exited.then((exit) => {
      this.#child = undefined
      if (!this.#stopping) this.#startAgain(exit)
    })
  }

  #startAgain(exit: Exit): void {
    const restartInMs = this.#backoff.next(this.#clock.monotonicMs() - this.#startedAtMs)
    this.#tell({ kind: 'died', name: this.name, exit, restartInMs })
    this.#timer = setTimeout(() => {
      const child = this.#launch()
      void this.#outcomeOf(child).then((outcome) => {
        if (!('ready' in outcome)) {
          this.#child = undefined
          if (!this.#stopping) this.#startAgain(outcome)
          return
        }
        this.#watch(child)
        this.#tell({ kind: 'restarted', name: this.name, pid: child.pid })
      })
    }, restartInMs)
  }

  #whyNot(exit: Exit): string {
    const how =
      exit.signal === 'SIGKILL'
        ? `was not ready within ${this.#spec.readyTimeoutMs / 1000} s`
        : `ended with ${exit.signal ?? `exit code ${exit.code}`}`
    return exit.lastWords === undefined
      ? `The process "${this.name}" ${how} and said nothing.`
      : `The process "${this.name}" did not start: ${exit.lastWords}`
  }
}
