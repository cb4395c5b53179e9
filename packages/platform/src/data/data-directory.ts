import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { refuse } from '../problems.ts'
import { writeFileDurably } from './durable-file.ts'
import { takeLock, type Lock } from './lock.ts'

/** The layout of a data directory: everything that a platform knows lives below it. */
export type DataDirectory = {
  readonly root: string
  readonly secrets: string
  readonly logs: string
  readonly journal: string
  /** Notes of legacy sessions, which all gateways share. */
  readonly sessions: string
  readonly postgres: string
  readonly demo: string
  /** What Node has compiled of our programs: the second start loads it instead of compiling again. */
  readonly compileCache: string
  /** Where the running platform is reached; read by the command line. */
  readonly runFile: string
  /** Whether this platform made the directory. */
  readonly isNew: boolean
  close(): void
}

/** The version of the layout; a newer one is refused rather than guessed at. */
const LAYOUT = '1'

/** Only the owner may enter: secrets, journals and logs live here. */
const PRIVATE_DIRECTORY = 0o700
/** Of root's data directory strangers may pass the top, so that the database can run as nobody. */
const PASSABLE_DIRECTORY = 0o711

/** Creates or opens a data directory and takes its lock; each thing that is wrong is one sentence. */
export function openDataDirectory(root: string, pid: number): DataDirectory {
  makeDirectory(root, process.getuid?.() === 0 ? PASSABLE_DIRECTORY : PRIVATE_DIRECTORY)
  const lock = lockOf(root, pid)
  try {
    const isNew = checkLayout(root)
    const paths = {
      root,
      secrets: join(root, 'secrets'),
      logs: join(root, 'logs'),
      journal: join(root, 'journal'),
      sessions: join(root, 'sessions'),
      postgres: join(root, 'postgres'),
      demo: join(root, 'demo'),
      compileCache: join(root, 'compile-cache'),
    }
    const { secrets, logs, journal, sessions, demo, compileCache } = paths
    for (const path of [secrets, logs, journal, sessions, demo, compileCache])
      makeDirectory(path, PRIVATE_DIRECTORY)
    return { ...paths, runFile: join(root, 'platform.json'), isNew, close: () => lock.release() }
  } catch (error) {
    lock.release()
    throw error
  }
}

function makeDirectory(path: string, mode: number): void {
  try {
    makeParents(path)
    if (!existsSync(path)) mkdirSync(path, { mode })
    if (!statSync(path).isDirectory()) throw new Error('it is no directory')
    chmodSync(path, mode)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

/** One level at a time: Node's recursive mkdir never returns where a parent takes no entries (/proc). */
function makeParents(path: string): void {
  const parent = dirname(path)
  if (existsSync(parent)) return
  makeParents(parent)
  mkdirSync(parent)
}

function lockOf(root: string, pid: number): Lock {
  try {
    return takeLock(join(root, 'platform.lock'), pid)
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) throw unwritable(root, cause)
    throw cause
  }
}

function unwritable(path: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
  return refuse('platform.data_dir_unwritable', {
    detail: `The data directory ${path} cannot be created or written (${code}). Give this user the right to, or choose another one: ORCHESTRA_DATA_DIR=./other npm start`,
    cause,
  })
}

/** Reads the layout mark; writes it when the directory is new. */
function checkLayout(root: string): boolean {
  const file = join(root, 'layout')
  const found = readLayout(file)
  if (found === undefined) {
    writeFileDurably(file, `${LAYOUT}\n`)
    return true
  }
  if (found === LAYOUT) return false
  throw refuse('platform.data_dir_damaged', {
    detail: /^\d+$/.test(found)
      ? `The data directory ${root} has layout ${found}, and this version knows layout ${LAYOUT}: start it with the version that made it.`
      : `The data directory ${root} is damaged: the file "layout" should hold ${LAYOUT}. Restore the directory from a backup, or choose another one by ORCHESTRA_DATA_DIR.`,
  })
}

function readLayout(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unwritable(file, error)
  }
}
