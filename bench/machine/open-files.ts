import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Of util-linux, which every Debian has. */
const PRLIMIT = 'prlimit'

/** How many files and sockets this process, and what it starts, may have open. */
export function openFilesMax(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  return Number(/Max open files\s+(\d+)/.exec(limits)?.[1] ?? 0)
}

/** Raises that limit for us and whatever we start from now on, where we may; returns the limit then. */
export function raiseOpenFiles(wanted: number): number {
  if (openFilesMax() >= wanted) return openFilesMax()
  try {
    execFileSync(PRLIMIT, ['--pid', String(process.pid), `--nofile=${wanted}:${wanted}`], {
      stdio: 'ignore',
    })
  } catch {
    // Not ours to raise: whoever asked goes on with fewer.
  }
  return openFilesMax()
}
