import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { refuse } from '../problems.ts'

/** Who holds a data directory: process ids are used again, so the start of the process is named too. */
const Holder = z.object({ pid: z.int().min(1), started: z.string() })
type Holder = z.infer<typeof Holder>

/** How often a lock left by a dead process is taken over before we give up: each loss is a rival's gain. */
const TAKEOVERS_MAX = 3

/** The exclusive right to a data directory, until released or until the process is gone. */
export type Lock = { release(): void }

/** Takes the lock file, or refuses with the process that has it. A dead holder's lock is taken over. */
export function takeLock(file: string, pid: number): Lock {
  const mine = `${file}.${pid}`
  writeFileSync(mine, JSON.stringify({ pid, started: startOf(pid) ?? 'unknown' }), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < TAKEOVERS_MAX; attempt += 1) {
      if (tryLink(mine, file)) return { release: () => rmSync(file, { force: true }) }
      const holder = readHolder(file)
      if (holder !== undefined && isAlive(holder)) {
        throw refuse('platform.data_dir_in_use', {
          detail: `Another platform (process ${holder.pid}) is running on this data directory. Stop it, or choose another one: ORCHESTRA_DATA_DIR=./other npm start`,
        })
      }
      rmSync(file, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
  throw refuse('platform.data_dir_in_use', {
    detail: 'Another platform is starting on this data directory.',
  })
}

/** Linking is atomic and fails when the name exists: no two processes both succeed. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined // gone or torn: nobody that we could name holds it
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const started = startOf(holder.pid)
  return started === undefined || started === holder.started
}

/** When a process started, in clock ticks since this boot; undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return `${boot}:${fields[19] ?? ''}`
  } catch {
    return undefined // no /proc here: the process id alone must do
  }
}
