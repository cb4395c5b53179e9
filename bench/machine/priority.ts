import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Gives us, and whatever we start, another scheduling priority (-20 to 19). Linux may also weigh whole
 * sessions against each other (autogroup), and then a process's own priority counts only inside its session.
 */
export function setOurPriority(nice: number): void {
  setPriority(nice)
  writeSessionPriority('self', nice)
}

/** Gives a process's session the priority of ours: who was started in a session of its own is weighed apart. */
export function sharePriority(pid: number): void {
  const ours = readSessionPriority()
  if (ours !== undefined && ours !== 0) writeSessionPriority(pid, ours)
}

function readSessionPriority(): number | undefined {
  try {
    const text = readFileSync('/proc/self/autogroup', 'utf8')
    return Number(/nice (-?\d+)/.exec(text)?.[1] ?? 0)
  } catch {
    return undefined // this kernel weighs no sessions
  }
}

function writeSessionPriority(pid: number | 'self', nice: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice))
  } catch {
    // Not ours to change, or a kernel without it: then the process's own priority is all there is.
  }
}
