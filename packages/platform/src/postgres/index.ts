export { startEmbeddedPostgres } from './start-embedded-postgres.ts'
export {
  PostgresStartError,
  type RunningPostgres,
} from '@mcp-orchestra/control-plane/postgres-process'
