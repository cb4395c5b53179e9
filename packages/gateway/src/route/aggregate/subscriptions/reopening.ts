import type { Clock } from '@mcp-orchestra/kernel'

/** The first wait before a broken stream is opened again, in milliseconds: a server that restarts is back within seconds. */
export const REOPEN_MS_MIN = 500
/** Waits double up to this, in milliseconds: one small request a minute is nothing to a server that stays away. */
export const REOPEN_MS_MAX = 60_000

/** When a stream that broke is opened again: later each time, until it has lived for {@link REOPEN_MS_MAX}. */
export class Reopening {
  readonly #clock: Clock
  #openedAtMs = 0
  #waitMs = REOPEN_MS_MIN
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Told of each opening. */
  opened(): void {
    this.#openedAtMs = this.#clock.monotonicMs()
  }

  /** Opens once, when its time has come. */
  later(open: () => void): void {
    const livedMs = this.#clock.monotonicMs() - this.#openedAtMs
    if (livedMs >= REOPEN_MS_MAX) this.reset()
    this.#timer = setTimeout(open, this.#waitMs)
    this.#waitMs = Math.min(2 * this.#waitMs, REOPEN_MS_MAX)
  }

  /** Forgets past failures: the server is another one now. */
  reset(): void {
    this.#waitMs = REOPEN_MS_MIN
  }

  cancel(): void {
    clearTimeout(this.#timer)
  }
}
