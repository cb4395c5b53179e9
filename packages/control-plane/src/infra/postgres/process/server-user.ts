import { execFile } from 'node:child_process'
import { chmod, chown, cp, lchown, lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { exists, type PostgresBinaries } from './binaries.ts'
import { PostgresStartError } from './start-error.ts'

/** `nobody` on every Linux: PostgreSQL refuses root, and a numeric id needs no user to be created. */
const NOBODY = 65_534

/** Whom the server runs as, and how a command is started as that user. */
export type ServerUser = {
  /** Owner of the server's files; undefined = whoever we are. */
  readonly uid: number | undefined
  /** The binaries that this user can reach. */
  readonly binaries: PostgresBinaries
  /** Wraps a command: the user, and a clean stop of the server when this process is killed. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]]
}

const run = promisify(execFile)

/**
 * Chooses whom PostgreSQL runs as. An ordinary user: as is. Root: `nobody` when the folders can be
 * reached by strangers, else a user namespace in which root's files belong to "nobody", else `nobody`
 * with a copy of the binaries.
 */
export async function chooseServerUser(
  binaries: PostgresBinaries,
  dataDir: string,
): Promise<ServerUser> {
  // PR_SET_PDEATHSIG: SIGINT is PostgreSQL's fast shutdown, so `kill -9` of Node leaves no orphan.
  const follow = (await works('setpriv', ['--pdeathsig', 'INT', 'true']))
    ? ['setpriv', '--pdeathsig', 'INT']
    : []
  if (process.getuid?.() !== 0) return userOf(undefined, binaries, follow)

  const dataReachable = await isReachable(dataDir)
  const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
  const canDrop = follow.length > 0 && (await works(drop[0] ?? '', [...drop.slice(1), 'true']))
  if (canDrop && dataReachable && (await isReachable(join(binaries.root, 'bin', 'postgres')))) {
    return userOf(NOBODY, binaries, [...drop, '--pdeathsig', 'INT'])
  }
  const mapped = ['unshare', '-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]
  if (await works(mapped[0] ?? '', [...mapped.slice(1), 'true'])) {
    return userOf(0, binaries, [...mapped, ...follow])
  }
  if (canDrop && dataReachable) {
    return userOf(NOBODY, await copyOf(binaries, dataDir), [...drop, '--pdeathsig', 'INT'])
  }
  throw new PostgresStartError(
    `PostgreSQL does not run as root, and the user nobody cannot reach ${dataDir}. Start as an ordinary user, or choose a data directory whose parent folders all may be entered (chmod o+x).`,
  )
}

function userOf(
  uid: number | undefined,
  binaries: PostgresBinaries,
  prefix: readonly string[],
): ServerUser {
  return {
    uid,
    binaries,
    command(program, args) {
      const [first, ...rest] = [...prefix, program, ...args]
      return [first ?? program, rest]
    },
  }
}

async function works(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, [...args]).then(
    () => true,
    () => false,
  )
}

/** Whether a stranger may enter (or run) this and every folder above it. */
async function isReachable(path: string): Promise<boolean> {
  for (let item = path; ; item = dirname(item)) {
    const { mode, uid } = await stat(item)
    if ((mode & 0o001) === 0 && uid !== NOBODY) return false
    if (item === dirname(item)) return true
  }
}

/** Binaries that `nobody` can reach: a copy beside the data, made once per version. */
async function copyOf(binaries: PostgresBinaries, dataDir: string): Promise<PostgresBinaries> {
  const root = join(dataDir, `binaries-${binaries.version}`)
  if (await exists(root)) return { ...binaries, root }
  const building = `${root}.new`
  await rm(building, { recursive: true, force: true })
  await cp(binaries.root, building, { recursive: true, verbatimSymlinks: true })
  await openToAll(building)
  await rename(building, root)
  return { ...binaries, root }
}

/** Lets everyone read and enter what its owner may; a private home's folders are copied with their modes. */
async function openToAll(path: string): Promise<void> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const inside = entries.filter((entry) => !entry.isSymbolicLink())
  for (const item of [path, ...inside.map((entry) => join(entry.parentPath, entry.name))]) {
    const { mode } = await stat(item)
    await chmod(item, mode | 0o044 | ((mode & 0o100) === 0 ? 0 : 0o011))
  }
}

/** Gives a file or a tree to the server's user when its top belongs to someone else (a start as another user). */
export async function giveTo(user: ServerUser, path: string): Promise<void> {
  const top = await lstat(path)
  if (user.uid === undefined || top.uid === user.uid) return
  const owner = user.uid
  const entries = top.isDirectory()
    ? await readdir(path, { recursive: true, withFileTypes: true })
    : []
  for (const entry of entries) await lchown(join(entry.parentPath, entry.name), owner, owner)
  // The top goes last: a tree that was given by half is given again at the next start.
  await chown(path, owner, owner)
}
