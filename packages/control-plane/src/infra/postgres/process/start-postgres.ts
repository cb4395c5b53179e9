import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { adoptOrphan } from './adopt.ts'
import {
  hasCluster,
  makeCluster,
  openDirectory,
  readPassword,
  serverEnvironment,
} from './data-directory.ts'
import { answers, ensureDatabase, serverUrl } from './probe.ts'
import type { PostgresOptions, RunningPostgres } from './running-postgres.ts'
import { chooseServerUser, giveTo, type ServerUser } from './server-user.ts'
import { PostgresStartError } from './start-error.ts'
import { stopProcess } from './stop.ts'

/** A socket's path may have 107 bytes (`sun_path`); longer ones move to a short temporary directory. */
const SOCKET_PATH_BYTES_MAX = 100
/** The port is only a part of the socket's name: no TCP port is opened. */
export const SOCKET_PORT = 5432
/** Recovery after a crash replays at most a few checkpoints' WAL; longer than this is a fault, in ms. */
const START_TIMEOUT_MS = 120_000
/** Between two probes of a server that starts, in ms. */
const PROBE_PAUSE_MS = 25
/** Lines of the server's log kept to explain a failed start. */
const LOG_LINES_KEPT = 40

/** Starts, or takes over, the embedded PostgreSQL of a data directory; see infra.md 1.2. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataDir, binaries } = options
  const directory = await openDirectory(dataDir, options.passwordFile ?? join(dataDir, 'password'))
  const found = await hasCluster(directory, binaries.major)
  if (found) {
    const orphan = await adoptOrphan(directory, options)
    if (orphan !== undefined) return orphan
  }
  const user = await chooseServerUser(binaries, dataDir)
  if (!found) await makeCluster(directory, user, { sync: options.settings?.['fsync'] !== 'off' })
  await giveTo(user, directory.cluster)
  const password = await readPassword(directory)
  const cluster = await realpath(directory.cluster)
  const socketDir = await socketDirectory(cluster, user)
  const server = spawnServer(cluster, socketDir, user, options)
  const url = serverUrl({ socketDir, port: SOCKET_PORT, password })
  try {
    await untilItAnswers(server, url, cluster)
    await ensureDatabase(url)
  } catch (error) {
    await server.stop()
    throw error
  }
  server.watch()
  return { url, pid: server.pid, adopted: false, stop: server.stop }
}

async function socketDirectory(cluster: string, user: ServerUser): Promise<string> {
  const bytes = Buffer.byteLength(join(cluster, `.s.PGSQL.${SOCKET_PORT}`))
  if (bytes <= SOCKET_PATH_BYTES_MAX) return cluster
  const directory = await mkdtemp(join(tmpdir(), 'orchestra-pg-'))
  await giveTo(user, directory)
  return directory
}

type Server = {
  readonly pid: number
  readonly child: ChildProcess
  /** The last lines that the server logged. */
  readonly lines: readonly string[]
  watch(): void
  readonly stop: () => Promise<void>
}

function spawnServer(
  cluster: string,
  socketDir: string,
  user: ServerUser,
  options: PostgresOptions,
): Server {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port: String(SOCKET_PORT),
    ...options.settings,
  }
  const [program, args] = user.command(join(user.binaries.root, 'bin', 'postgres'), [
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const child = spawn(program, args, {
    cwd: cluster,
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A session of its own: Ctrl-C in a terminal is for us; we stop the database last.
    detached: true,
  })
  const lines: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line)
    if (lines.length > LOG_LINES_KEPT) lines.shift()
    options.log?.(line)
  })
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      lines.push(`FATAL:  ${error.message}`)
      resolve()
    })
    child.once('close', () => resolve())
  })
  let stopping: Promise<void> | undefined
  const stop = async () => {
    if (child.pid !== undefined) await stopProcess(child.pid, gone)
    if (socketDir !== cluster) await rm(socketDir, { recursive: true, force: true })
  }
  return {
    pid: child.pid ?? 0,
    child,
    lines,
    watch() {
      void gone.then(() => {
        if (stopping === undefined) options.onExit?.(reasonOf(child, lines))
      })
    },
    stop: () => (stopping ??= stop()),
  }
}

async function untilItAnswers(server: Server, url: string, cluster: string): Promise<void> {
  const limit = AbortSignal.timeout(START_TIMEOUT_MS)
  const { child } = server
  while (!(await answers(url))) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new PostgresStartError(
        `PostgreSQL could not open the database in ${cluster}: ${reasonOf(child, server.lines)}. If the folder is damaged, put a backup in its place, or move it away to start with an empty one.`,
      )
    }
    if (limit.aborted) {
      throw new PostgresStartError(
        `PostgreSQL in ${cluster} did not answer within ${START_TIMEOUT_MS / 1_000} seconds. Its log says why; start again when that is mended.`,
      )
    }
    await delay(PROBE_PAUSE_MS)
  }
}

/** What ended the server: a signal from outside, or the line in which it gave up, without its prefix. */
function reasonOf(child: ChildProcess, lines: readonly string[]): string {
  // A PANIC aborts; with any other signal the last line is some session's, and not the reason.
  if (child.signalCode !== null && child.signalCode !== 'SIGABRT') {
    return `it was ended by ${child.signalCode}`
  }
  const last = lines.findLast((line) => /(FATAL|PANIC|error while loading|could not):? /.test(line))
  if (last !== undefined) return last.replace(/^.*?(FATAL|PANIC):\s*/, '')
  return `it ended with exit code ${String(child.exitCode)}`
}
