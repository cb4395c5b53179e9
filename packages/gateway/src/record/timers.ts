/** Waiting, as a port: tests turn the clock themselves. */
export interface Timers {
  /** Runs the work after so many milliseconds, unless the returned function is called before. */
  after(delayMs: number, work: () => void): () => void
}

/** The machine's timers; a pending one never keeps the process alive. */
export const systemTimers: Timers = {
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
