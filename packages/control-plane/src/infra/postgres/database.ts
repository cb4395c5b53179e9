import type { Transactions } from '@mcp-orchestra/kernel'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool, type QueryResult, type QueryResultRow } from 'pg'
import { columnTypes } from './column-types.ts'
import { createListener, type Listener } from './listener.ts'
import { translateSqlError } from './sql-error.ts'
import { createTransactions, type Query } from './transaction.ts'

/** How to reach a PostgreSQL of version 15 or later. */
export type DatabaseOptions = {
  /** `postgresql://user:password@host/database`, or `…@/database?host=/socket/directory`. */
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Connections at most; default {@link POOL_SIZE_DEFAULT}. */
  readonly poolSize?: number
  /** Told of connections that broke while idle; the pool has replaced them already. */
  readonly onError?: (error: unknown) => void
}

/** One process's way into PostgreSQL. */
export interface Database extends Listener {
  readonly transactions: Transactions
  /** One statement in a transaction of its own. */
  query<Row extends QueryResultRow>(query: Query): Promise<QueryResult<Row>>
  /** The query builder, each statement in a transaction of its own. */
  kysely<Tables>(): Kysely<Tables>
}

/** Connections per process: PostgreSQL's own default limit is 100, and a machine has few processes. */
const POOL_SIZE_DEFAULT = 10
/** A free connection is waited for this long, in ms; then the caller gets a 503 and not a queue. */
const CONNECT_TIMEOUT_MS = 5_000
/** An idle connection is closed after this long, in ms. */
const IDLE_TIMEOUT_MS = 30_000

/** Opens a pool; connects on first use. Columns arrive as {@link columnTypes} says. */
export function createDatabase(options: DatabaseOptions): Database {
  const onError = options.onError ?? ignore
  const config = {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: columnTypes,
  }
  const pool = new Pool({
    ...config,
    max: options.poolSize ?? POOL_SIZE_DEFAULT,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
  })
  // Without a listener on pool and client, a connection that breaks would end the process.
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))

  const listener = createListener(config, onError)
  const builder = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  return {
    transactions: createTransactions(pool),
    async query<Row extends QueryResultRow>(query: Query) {
      try {
        return await pool.query<Row>(query)
      } catch (error) {
        throw translateSqlError(error)
      }
    },
    kysely: <Tables>() => builder as Kysely<Tables>,
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    async close() {
      await listener.close()
      await pool.end()
    },
  }
}

function ignore(): void {
  // Whoever uses the broken connection is told; an idle one is nobody's loss.
}
