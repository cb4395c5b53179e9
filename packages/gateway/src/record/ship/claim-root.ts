import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pid } from 'node:process'

/** Another living process writes journals here: two writers would end each other's journals. */
export class JournalsInUse extends Error {
  override name = 'JournalsInUse'
}

const FILE_NAME = 'owner.json'

/** A process and when it began, in the kernel's ticks: a number of a dead process may be given to another. */
type Owner = { readonly pid: number; readonly startedAtTicks: string | undefined }

/**
 * Makes this process the owner of a directory of journals; throws {@link JournalsInUse} while another
 * owner lives on this machine. Nothing is to be given back: a dead owner owns nothing.
 */
export function claimRoot(root: string): void {
  const path = join(root, FILE_NAME)
  const owner = readOwner(path)
  if (owner !== undefined && owner.pid !== pid && isAlive(owner)) {
    throw new JournalsInUse(
      `The journals in ${root} are in use by process ${owner.pid}: stop it first, or give this gateway another directory.`,
    )
  }
  const claim: Owner = { pid, startedAtTicks: startOf(pid) }
  writeFileSync(path, JSON.stringify(claim), { mode: 0o600 })
}

function readOwner(path: string): Owner | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Owner
  } catch {
    // NOTE: a claim cut short by a power failure: its process is gone with the power.
    return undefined
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // NOTE: EPERM is a living process of somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return startOf(owner.pid) === owner.startedAtTicks
}

/** Field 22 of proc(5)'s stat; undefined where there is no such file system. */
function startOf(processId: number): string | undefined {
  const stat = readIfThere(`/proc/${processId}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
