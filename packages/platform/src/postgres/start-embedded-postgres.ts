import {
  findPostgresBinaries,
  startPostgres,
  type PostgresOptions,
  type RunningPostgres,
} from '@mcp-orchestra/control-plane/postgres-process'

/**
 * Starts the PostgreSQL that came through npm, or takes over one that an earlier process left on this
 * data directory. Durable by default; a refused start is a PostgresStartError with a `sentence`.
 */
export async function startEmbeddedPostgres(
  options: Omit<PostgresOptions, 'binaries' | 'settings'>,
): Promise<RunningPostgres> {
  return startPostgres({ ...options, binaries: await findPostgresBinaries(import.meta.url) })
}
