/** The first restart is at once, for a person at the terminal. */
const FIRST_DELAY_MS = 100
/** A process that keeps dying is tried this often: it may wait for a disk or a database to come back. */
const DELAY_MS_MAX = 10_000
/** A process that lived this long was healthy: its next death starts from the shortest delay. */
const HEALTHY_AFTER_MS = 30_000

/** The pause before the next restart: doubling with each short life, up to ten seconds. */
export class Backoff {
  #delayMs = FIRST_DELAY_MS

  /** The pause after a life of this length. */
  next(livedMs: number): number {
    if (livedMs >= HEALTHY_AFTER_MS) this.#delayMs = FIRST_DELAY_MS
    const delayMs = this.#delayMs
    this.#delayMs = Math.min(this.#delayMs * 2, DELAY_MS_MAX)
    return delayMs
  }
}
