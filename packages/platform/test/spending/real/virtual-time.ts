import { instant, type Clock } from '@mcp-orchestra/kernel'

/** One process's clocks and timers. They move only when told, and can move without the process noticing. */
export interface VirtualTime extends Clock {
  after(delayMs: number, work: () => void): () => void
  /** Moves the clocks and runs what is due, in order. */
  advance(milliseconds: number): void
  /** The process was suspended: the clocks have moved, no timer has run yet. */
  leap(milliseconds: number): void
  /** Milliseconds until the next timer; undefined when none is set. */
  nextInMs(): number | undefined
}

/** Time that begins at noon of a day far from the edge of a window. */
export function createVirtualTime(startMs = 0): VirtualTime {
  let elapsedMs = startMs
  let due: { readonly atMs: number; readonly work: () => void }[] = []
  const next = (): (typeof due)[number] | undefined => due.toSorted((a, b) => a.atMs - b.atMs)[0]
  return {
    now: () => instant(1_795_348_800_000 + elapsedMs),
    monotonicMs: () => elapsedMs,
    after(delayMs, work) {
      const timer = { atMs: elapsedMs + delayMs, work }
      due.push(timer)
      return () => {
        due = due.filter((other) => other !== timer)
      }
    },
    advance(milliseconds) {
      const untilMs = elapsedMs + milliseconds
      for (let timer = next(); timer !== undefined && timer.atMs <= untilMs; timer = next()) {
        const { work } = timer
        elapsedMs = Math.max(elapsedMs, timer.atMs)
        due = due.filter((other) => other !== timer)
        work()
      }
      elapsedMs = untilMs
    },
    leap(milliseconds) {
      elapsedMs += milliseconds
    },
    nextInMs: () => {
      const timer = next()
      return timer === undefined ? undefined : Math.max(0, timer.atMs - elapsedMs)
    },
  }
}
