import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  access,
  constants,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { isCode } from './binaries.ts'
import { giveTo, type ServerUser } from './server-user.ts'
import { PostgresStartError } from './start-error.ts'

/** The role that owns everything in the embedded server. */
export const SUPERUSER = 'orchestra'

/** A generated password has this many random bytes: beyond any guess, and it is typed by nobody. */
const PASSWORD_BYTES = 24
/** From this version on, `initdb` knows collations that do not depend on the machine's C library. */
const BUILTIN_LOCALE_VERSION = 17

const run = promisify(execFile)

/** Where the parts of the embedded server lie in its directory. */
export type DataDirectory = { readonly cluster: string; readonly passwordFile: string }

/** Makes the directory writable for us, or says in a sentence why it cannot be. */
export async function openDirectory(dataDir: string, passwordFile: string): Promise<DataDirectory> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o755 })
    await mkdir(dirname(passwordFile), { recursive: true, mode: 0o700 })
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new PostgresStartError(
      `The data directory ${dataDir} cannot be written. Give it to the user that starts the platform, or choose another one in ORCHESTRA_DATA_DIR.`,
      error,
    )
  }
  return { cluster: join(dataDir, 'cluster'), passwordFile }
}

/** Whether there is a cluster of our version; a damaged or foreign one is a sentence, never a new start. */
export async function hasCluster(directory: DataDirectory, major: number): Promise<boolean> {
  const entries = await readdir(directory.cluster).catch((error: unknown): string[] => {
    if (isCode(error, 'ENOENT')) return []
    throw new PostgresStartError(
      `The database in ${directory.cluster} cannot be read. Start as the user that made it.`,
      error,
    )
  })
  if (entries.length === 0) return false
  if (!entries.includes('PG_VERSION') || !entries.includes('global')) {
    throw new PostgresStartError(
      `The database in ${directory.cluster} is damaged: it has files, but not those of PostgreSQL. Put a backup in its place, or move the folder away to start with an empty one.`,
    )
  }
  const version = (await readFile(join(directory.cluster, 'PG_VERSION'), 'utf8')).trim()
  if (version !== String(major)) {
    throw new PostgresStartError(
      `The database in ${directory.cluster} was made by PostgreSQL ${version}, and this release brings PostgreSQL ${major}. Start the earlier release and export from it, or serve the folder with PostgreSQL ${version} and name that in ORCHESTRA_DATABASE_URL.`,
    )
  }
  return true
}

/** Reads the superuser's password; a lost one is a sentence. */
export async function readPassword(directory: DataDirectory): Promise<string> {
  try {
    return (await readFile(directory.passwordFile, 'utf8')).trim()
  } catch (error) {
    throw new PostgresStartError(
      `The database in ${directory.cluster} has a password, and its file ${directory.passwordFile} cannot be read. Put the file back from a backup.`,
      error,
    )
  }
}

/** Makes a new cluster: checksums on, scram only, and whole or not at all (it is built aside, then renamed). */
export async function makeCluster(
  directory: DataDirectory,
  user: ServerUser,
  options: { readonly sync: boolean },
): Promise<void> {
  const building = `${directory.cluster}.new`
  await rm(building, { recursive: true, force: true })
  await mkdir(building, { mode: 0o700 })
  await giveTo(user, building)
  const password = await passwordFor(directory)
  // initdb reads the password from a file that only the server's user may open.
  const handover = `${directory.cluster}.password`
  await writeFile(handover, `${password}\n`, { mode: 0o600 })
  try {
    await giveTo(user, handover)
    const locale =
      user.binaries.major >= BUILTIN_LOCALE_VERSION
        ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
        : ['--locale=C']
    const [program, args] = user.command(join(user.binaries.root, 'bin', 'initdb'), [
      `--pgdata=${building}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${handover}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--data-checksums',
      ...locale,
      ...(options.sync ? [] : ['--no-sync']),
    ])
    await run(program, [...args], { cwd: building, env: serverEnvironment() })
    await rename(building, directory.cluster)
  } catch (error) {
    await rm(building, { recursive: true, force: true })
    const reason = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw new PostgresStartError(
      `A new database could not be made in ${directory.cluster}: ${reason.split('\n').at(-1) ?? ''}`,
      error,
    )
  } finally {
    await rm(handover, { force: true })
  }
}

/** The password that the platform has put there, or a new one. */
async function passwordFor(directory: DataDirectory): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  try {
    await writeFile(directory.passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
    return password
  } catch (error) {
    if (isCode(error, 'EEXIST')) return readPassword(directory)
    throw error
  }
}

/** The server's whole environment: nothing of ours, no PG* variable of the user's, messages in English. */
export function serverEnvironment(): Record<string, string> {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' }
}
