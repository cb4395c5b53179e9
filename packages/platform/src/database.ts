import { join } from 'node:path'
import {
  PostgresStartError,
  startEmbeddedPostgres,
  type RunningPostgres,
} from './postgres/index.ts'
import { refuse } from './problems.ts'
import { Backoff } from './supervise/backoff.ts'
import { LogFile } from './supervise/log-file.ts'
import type { Surroundings } from './process-specs.ts'
import type { ProcessEvent } from './supervise/supervised-process.ts'

/** The database of a platform: its own, kept alive, or one that somebody else runs. */
export type Database = {
  url(): string
  /** Of the embedded server, while it runs. */
  pid(): number | undefined
  stop(): Promise<void>
}

/** What the keeper of the database needs beside the surroundings. */
export type DatabaseDeps = {
  readonly monotonicMs: () => number
  readonly tell: (event: ProcessEvent) => void
}

/** Opens the database: an address that was given, else the embedded PostgreSQL. */
export async function openDatabase(around: Surroundings, deps: DatabaseDeps): Promise<Database> {
  const given = around.config.databaseUrl
  if (given !== undefined) {
    return { url: () => given, pid: () => undefined, stop: async () => undefined }
  }
  return keepPostgres(around, deps)
}

async function keepPostgres(around: Surroundings, deps: DatabaseDeps): Promise<Database> {
  const { data } = around
  const log = new LogFile(join(data.logs, 'postgres.log'))
  const backoff = new Backoff()
  let stopping = false
  let startedAtMs = 0
  let running: RunningPostgres | undefined
  let restart: NodeJS.Timeout | undefined

  const start = async (): Promise<RunningPostgres> => {
    startedAtMs = deps.monotonicMs()
    const postgres = await startEmbeddedPostgres({
      dataDir: data.postgres,
      passwordFile: join(data.secrets, 'database-password'),
      log: (line) => log.write(`${line}\n`),
      onExit: startAgain,
    })
    running = postgres
    return postgres
  }
  const startAgain = (reason: string): void => {
    running = undefined
    if (stopping) return
    const restartInMs = backoff.next(deps.monotonicMs() - startedAtMs)
    const exit = { code: null, signal: null, lastWords: reason }
    deps.tell({ kind: 'died', name: 'postgres', exit, restartInMs })
    restart = setTimeout(() => {
      start().then(
        ({ pid }) => deps.tell({ kind: 'restarted', name: 'postgres', pid }),
        (error: unknown) => startAgain(sentenceOf(error)),
      )
    }, restartInMs)
  }

  const first = await start().catch(async (cause: unknown) => {
    log.close()
    throw refuse('platform.data_dir_damaged', { detail: sentenceOf(cause), cause })
  })
  let url = first.url
  return {
    url: () => (url = running?.url ?? url),
    pid: () => running?.pid,
    async stop() {
      stopping = true
      clearTimeout(restart)
      await running?.stop()
      log.close()
    },
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof PostgresStartError) return error.sentence
  return error instanceof Error ? error.message : String(error)
}
