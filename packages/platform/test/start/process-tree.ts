import { readdirSync, readFileSync } from 'node:fs'

/** Process ids of everything below a process, its children first (Linux). */
export function descendantsOf(pid: number): number[] {
  const children = childrenByParent().get(pid) ?? []
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  const stat = readStat(pid)
  return stat !== undefined && stat.state !== 'Z'
}

function childrenByParent(): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = readStat(Number(name))
    if (stat === undefined) continue
    found.set(stat.parent, [...(found.get(stat.parent) ?? []), Number(name)])
  }
  return found
}

function readStat(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return undefined // gone between the listing and the look
  }
}
