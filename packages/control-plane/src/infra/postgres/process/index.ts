export { findPostgresBinaries, type PostgresBinaries } from './binaries.ts'
export { PostgresStartError } from './start-error.ts'
export type { PostgresOptions, RunningPostgres } from './running-postgres.ts'
export { startPostgres } from './start-postgres.ts'
