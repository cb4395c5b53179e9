import { readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readPassword, type DataDirectory } from './data-directory.ts'
import { isAlive, readPostmasterFile } from './postmaster-file.ts'
import { ensureDatabase, probe, serverUrl } from './probe.ts'
import { PostgresStartError } from './start-error.ts'
import type { PostgresOptions, RunningPostgres } from './running-postgres.ts'
import { stopProcess, untilGone } from './stop.ts'

/** A server that shuts down or recovers is waited for this long, in ms. */
const SETTLE_TIMEOUT_MS = 60_000
/** Between two probes of a server that is busy, in ms. */
const PROBE_PAUSE_MS = 50

/**
 * Takes over a server that an earlier process left behind on this directory: one that lives, answers
 * with our password and names the same directory. Waits for one that is going down. Undefined: there
 * is none, and a new one may start.
 */
export async function adoptOrphan(
  directory: DataDirectory,
  options: PostgresOptions,
): Promise<RunningPostgres | undefined> {
  const limit = AbortSignal.timeout(SETTLE_TIMEOUT_MS)
  const cluster = await realpath(directory.cluster)
  const password = await readPassword(directory)
  while (!limit.aborted) {
    const file = await readPostmasterFile(cluster)
    if (file === undefined || !isAlive(file.pid)) return undefined
    if (!(await isPostgres(file.pid))) {
      await disownLockFile(cluster)
      return undefined
    }
    const url = serverUrl({ socketDir: file.socketDir, port: file.port, password })
    const found = await probe(url)
    if (found.outcome === 'refused') {
      throw new PostgresStartError(
        `A PostgreSQL (process ${file.pid}) already serves ${cluster}, and it does not accept the password in ${directory.passwordFile}. Stop it, then start again.`,
        found.error,
      )
    }
    if (found.outcome === 'ready' && (await samePlace(found.dataDir, cluster))) {
      await ensureDatabase(url)
      return takeOver(file.pid, url, options)
    }
    await delay(PROBE_PAUSE_MS)
  }
  throw new PostgresStartError(
    `A PostgreSQL already runs on ${cluster} and neither answers nor ends. Stop it, then start again.`,
  )
}

function takeOver(pid: number, url: string, options: PostgresOptions): RunningPostgres {
  const watching = new AbortController()
  let stopping: Promise<void> | undefined
  void untilGone(pid, watching.signal).then(() => {
    if (stopping === undefined) options.onExit?.('the adopted server ended')
  })
  const stop = async () => {
    watching.abort()
    const waiting = new AbortController()
    await stopProcess(pid, untilGone(pid, waiting.signal))
    waiting.abort()
  }
  return { url, pid, adopted: true, stop: () => (stopping ??= stop()) }
}

async function samePlace(reported: string, cluster: string): Promise<boolean> {
  return (await realpath(reported).catch(() => reported)) === cluster
}

/** Process ids are used again: whether this one is a PostgreSQL. Where nobody can tell, it counts as one. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres')
  return name.trim() === 'postgres'
}

/**
 * PostgreSQL refuses to start while the process in its lock file lives, whatever that process is. With
 * our own id there it knows the file is stale (it ignores its parent's), and still checks that no
 * child of the dead server holds the shared memory, which deleting the file would skip.
 */
async function disownLockFile(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid')
  const [, ...rest] = (await readFile(path, 'utf8')).split('\n')
  await writeFile(path, [String(process.pid), ...rest].join('\n'))
}
