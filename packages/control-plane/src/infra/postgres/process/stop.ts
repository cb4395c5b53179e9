import { setTimeout as delay } from 'node:timers/promises'
import { isCode } from './binaries.ts'
import { isAlive } from './postmaster-file.ts'

/** The last checkpoint of a busy server takes seconds on a slow disk; then connections are cut, in ms. */
const FAST_SHUTDOWN_MS = 30_000
/** An immediate shutdown only ends processes; recovery does the rest at the next start, in ms. */
const IMMEDIATE_SHUTDOWN_MS = 5_000
/** Between two looks at a process that is not our child, in ms. */
const WATCH_PAUSE_MS = 50

/** Stops a server: SIGINT (fast), then SIGQUIT (immediate), then SIGKILL. */
export async function stopProcess(pid: number, gone: Promise<void>): Promise<void> {
  const steps = [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ] as const
  for (const [signal, limitMs] of steps) {
    if (!send(pid, signal)) return
    if (await within(gone, limitMs)) return
  }
}

/** Resolves when a process that is not our child is gone, or the signal aborts. */
export async function untilGone(pid: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && isAlive(pid)) {
    await delay(WATCH_PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false
    throw error
  }
}

async function within(gone: Promise<void>, limitMs: number): Promise<boolean> {
  const cancel = new AbortController()
  const limit = delay(limitMs, false, { signal: cancel.signal }).catch(() => false)
  const ended = await Promise.race([gone.then(() => true), limit])
  cancel.abort()
  return ended
}
