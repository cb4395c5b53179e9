import { readdirSync, readFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Core } from './child-program.ts'
import { sharePriority } from './priority.ts'

const run = promisify(execFile)

/** Process ids of a process and everything below it, now. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const parent = parentOf(pid)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const tree: number[] = []
  const open = [root]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    tree.push(pid)
    open.push(...(children.get(pid) ?? []))
  }
  return tree
}

/** Parent of a process; undefined when it has gone meanwhile. */
function parentOf(pid: number): number | undefined {
  const parent = statOf(pid)[1]
  return parent === undefined ? undefined : Number(parent)
}

/** What follows the name in `/proc/<pid>/stat`: state, parent and so on; nothing when it has gone. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything, spaces too.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** Resident memory of processes together, in MiB; shared pages are counted for each of them. */
export function residentMib(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentKib(pid), 0) / 1024
}

function residentKib(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** One tick of `/proc/<pid>/stat`, in nanoseconds: `CLK_TCK` is 100 on every Linux of today. */
const TICK_NS = 10_000_000

/**
 * CPU nanoseconds that a tree of processes has used: of the living by `/proc/<pid>/task/<tid>/schedstat`,
 * of the children that ended and were waited for by what their parent says of them.
 */
export function cpuNanoseconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuOf(pid) + cpuOfEnded(pid), 0)
}

function cpuOfEnded(pid: number): number {
  // cutime and cstime are the fields 16 and 17; the first two are cut off.
  const [user = 0, system = 0] = statOf(pid).slice(13, 15).map(Number)
  return (user + system) * TICK_NS
}

function cpuOf(pid: number): number {
  try {
    const folder = `/proc/${pid}/task`
    return readdirSync(folder).reduce((sum, tid) => {
      const text = readFileSync(`${folder}/${tid}/schedstat`, 'utf8')
      return sum + Number(text.split(' ')[0])
    }, 0)
  } catch {
    return 0
  }
}

/** Moves processes with all their threads, and so whatever these will start, to one core. */
export async function pinTo(core: Core, pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    await run('taskset', ['-a', '-p', '-c', String(core), String(pid)])
    sharePriority(pid)
  }
}
