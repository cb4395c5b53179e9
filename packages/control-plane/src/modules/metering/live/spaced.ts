import { setTimeout as delay } from 'node:timers/promises'

/**
 * Work that is asked for often and done seldom: at once when it rests, never twice at a time, at least
 * `spacingMs` apart, and always once more after the last ask. The work handles its own failures.
 */
export function spaced(spacingMs: number, work: () => Promise<void>): () => void {
  let isRunning = false
  let isAsked = false

  async function run(): Promise<void> {
    isRunning = true
    try {
      while (isAsked) {
        isAsked = false
        await work()
        await delay(spacingMs, undefined, { ref: false })
      }
    } finally {
      isRunning = false
    }
  }

  return () => {
    isAsked = true
    if (!isRunning) void run()
  }
}
