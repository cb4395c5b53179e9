/** After this many milliseconds a process counts as healthy, and its end starts the count anew. */
const HEALTHY_MS = 10_000
/** First and longest pause before a server that fails at once is started again, in milliseconds. */
const PAUSE_FIRST_MS = 250
const PAUSE_MAX_MS = 30_000

/** When a server that keeps failing may be started again: pauses double from 250 ms to 30 s. */
export class Backoff {
  #failures = 0
  #notBeforeMs = 0
  #lastReason = ''

  /** Notes an end after `ranMs`; `isEarly` when it never served. */
  noteEnd(nowMs: number, ranMs: number, isEarly: boolean, reason: string): void {
    this.#lastReason = reason
    if (ranMs >= HEALTHY_MS) this.#failures = 0
    // A process that served and then died may be started at once, the first time.
    this.#failures += 1
    const steps = isEarly ? this.#failures - 1 : this.#failures - 2
    this.#notBeforeMs = steps < 0 ? 0 : nowMs + Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** steps)
  }

  /** Milliseconds still to wait; 0 when it may start. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#notBeforeMs - nowMs)
  }

  /** Why it failed last. */
  get lastReason(): string {
    return this.#lastReason
  }
}
