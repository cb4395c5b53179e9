import type { PostgresBinaries } from './binaries.ts'

/** How the embedded server is started. */
export type PostgresOptions = {
  /** Holds the cluster; made when absent. */
  readonly dataDir: string
  readonly binaries: PostgresBinaries
  /** The superuser's password, 0600; made when absent. Default: `password` in the data directory. */
  readonly passwordFile?: string
  /** Server settings beside ours, e.g. `{ fsync: 'off' }` for a test that may lose everything. */
  readonly settings?: Readonly<Record<string, string>>
  /** Each line that the server logs. */
  readonly log?: (line: string) => void
  /** Called once when the server ends without `stop`; `reason` is its last fatal line or its exit code. */
  readonly onExit?: (reason: string) => void
}

/** A server that answers. */
export type RunningPostgres = {
  /** Connection string of the database `orchestra`, over the Unix socket. */
  readonly url: string
  readonly pid: number
  /** Whether it was left by an earlier process and taken over. */
  readonly adopted: boolean
  /** Fast, clean shutdown (SIGINT); resolves when the process is gone. May be called again. */
  stop(): Promise<void>
}
