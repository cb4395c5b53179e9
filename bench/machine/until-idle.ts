import { setTimeout as pause } from 'node:timers/promises'
import { cpuNanoseconds } from './process-tree.ts'

/** Between two looks, in milliseconds. */
const LOOK_MS = 80
/** Processes that use less of this time than one part in so many are idle. */
const IDLE_PARTS = 8

/** Waits until processes do next to nothing; false when they still work after `limitMs`. */
export async function untilIdle(pids: () => readonly number[], limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  let last = cpuNanoseconds(pids())
  do {
    await pause(LOOK_MS)
    const now = cpuNanoseconds(pids())
    if (now - last < (LOOK_MS * 1e6) / IDLE_PARTS) return true
    last = now
  } while (performance.now() < end)
  return false
}
