import { assert, type Transaction, type Transactions } from '@mcp-orchestra/kernel'
import { Kysely, PostgresDialect } from 'kysely'
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import { refuse } from './problems.ts'
import { isRetryable, translateSqlError } from './sql-error.ts'

/** One statement: give hot ones a `name`, which prepares it once per connection. */
export type Query = { readonly text: string; readonly values?: unknown[]; readonly name?: string }

/** What an adapter sees in an open transaction. Queries run one after another on one connection. */
export interface PgTransaction {
  query<Row extends QueryResultRow>(query: Query): Promise<QueryResult<Row>>
  /** The query builder on this transaction's connection; never call its own `.transaction()`. */
  kysely<Tables>(): Kysely<Tables>
}

/** Pauses before a run-again, in ms: a deadlock's survivor ends within a few of them; then 503. */
const RETRY_PAUSES_MS = [2, 10, 30, 80] as const

/** A statement of ours takes milliseconds; one that runs this long holds locks that others wait for. */
const STATEMENT_TIMEOUT_MS = 30_000
/** A transaction whose process hangs gives its locks back after this time. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000

// One round trip; SET LOCAL and not start-up parameters, which pgbouncer refuses.
const BEGIN = `begin; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}`

const opened = new WeakMap<Transaction, PgTransaction>()

/** The connection behind an open transaction; asking after its end, or with a stranger's, is a bug. */
export function pgOf(tx: Transaction): PgTransaction {
  const found = opened.get(tx)
  assert(found !== undefined, 'the transaction is open and came from this database')
  return found
}

/** Transactions on a pool: all or nothing; 40001 and 40P01 run the whole work again, bounded. */
export function createTransactions(pool: Pool): Transactions {
  return {
    async run(work) {
      for (const pauseMs of [...RETRY_PAUSES_MS, undefined]) {
        try {
          return await runOnce(pool, work)
        } catch (error) {
          if (!isRetryable(error)) throw translateSqlError(error)
          if (pauseMs === undefined) {
            throw refuse('database.contention', { cause: error, retryAfterSeconds: 1 })
          }
          await delay(pauseMs)
        }
      }
      throw new Error('unreachable: the last round returns or throws')
    },
  }
}

async function runOnce<T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // The brand has no value at run time: the token's identity is all there is.
  const tx = Object.freeze({}) as Transaction
  let broken = false
  try {
    await client.query(BEGIN)
    opened.set(tx, createPgTransaction(client))
    const result = await work(tx)
    opened.delete(tx)
    const ended = await client.query('commit')
    // A statement that failed and was swallowed turns COMMIT into ROLLBACK without an error.
    assert(ended.command === 'COMMIT', 'a failed statement was swallowed: nothing was committed')
    return result
  } catch (error) {
    opened.delete(tx)
    broken = await rollback(client)
    throw error
  } finally {
    client.release(broken)
  }
}

/** Ends a failed transaction; true when the connection cannot be used again. */
async function rollback(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return false
  } catch {
    // The first error tells why; a connection that cannot roll back is closed, which rolls back too.
    return true
  }
}

function createPgTransaction(client: PoolClient): PgTransaction {
  let builder: Kysely<unknown> | undefined
  return {
    query: (query) => client.query(query),
    kysely<Tables>() {
      builder ??= new Kysely<unknown>({ dialect: new PostgresDialect({ pool: onlyThis(client) }) })
      return builder as Kysely<Tables>
    },
  }
}

/** A pool of one borrowed connection: the builder may neither give it back nor end it. */
function onlyThis(client: PoolClient) {
  const borrowed = {
    query: client.query.bind(client),
    release() {
      // The transaction gives the connection back, after commit.
    },
  }
  return {
    options: {},
    connect: () => Promise.resolve(borrowed),
    end: () => Promise.resolve(),
  }
}
