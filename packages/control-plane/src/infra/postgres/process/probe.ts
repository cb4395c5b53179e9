import { Client, DatabaseError } from 'pg'
import { SUPERUSER } from './data-directory.ts'

/** The database that the product uses in the embedded server. */
const DATABASE = 'orchestra'
/** A server on this machine accepts a connection within this time, in ms, or it is not one. */
const PROBE_TIMEOUT_MS = 5_000
/** The server answers, but is starting up or shutting down (SQLSTATE cannot_connect_now). */
const CANNOT_CONNECT_NOW = '57P03'

/** Where a server's socket is, and who may enter. */
export type ServerAddress = {
  readonly socketDir: string
  readonly port: number
  readonly password: string
}

/** Connection string over a Unix socket; `localhost` only makes it a valid URL, `host` decides. */
export function serverUrl(
  { socketDir, port, password }: ServerAddress,
  database = DATABASE,
): string {
  return `postgresql://${SUPERUSER}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(socketDir)}`
}

/** What a connection attempt finds. */
export type Probe =
  | { readonly outcome: 'ready'; readonly dataDir: string }
  | { readonly outcome: 'busy' | 'silent' }
  | { readonly outcome: 'refused'; readonly error: unknown }

/** Connects once to the maintenance database. */
export async function probe(url: string): Promise<Probe> {
  const client = maintenanceClient(url)
  try {
    await client.connect()
    const { rows } = await client.query<{ dir: string }>(
      `select current_setting('data_directory') as dir`,
    )
    return { outcome: 'ready', dataDir: rows[0]?.dir ?? '' }
  } catch (error) {
    if (!(error instanceof DatabaseError)) return { outcome: 'silent' }
    return error.code === CANNOT_CONNECT_NOW ? { outcome: 'busy' } : { outcome: 'refused', error }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Whether the server takes connections; a wrong password is an error, since waiting does not mend it. */
export async function answers(url: string): Promise<boolean> {
  const found = await probe(url)
  if (found.outcome === 'refused') throw found.error
  return found.outcome === 'ready'
}

/** Makes the product's database when the server does not have it yet. */
export async function ensureDatabase(url: string): Promise<void> {
  const maintenance = maintenanceClient(url)
  await maintenance.connect()
  try {
    const { rowCount } = await maintenance.query('select from pg_database where datname = $1', [
      DATABASE,
    ])
    if (rowCount === 0) await maintenance.query(`create database ${DATABASE}`)
  } finally {
    await maintenance.end()
  }
}

function maintenanceClient(url: string): Client {
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const client = new Client({
    connectionString: maintenance.href,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    application_name: 'orchestra launcher',
  })
  client.on('error', ignore)
  return client
}

function ignore(): void {
  // The call that uses the connection reports it; this event would end the process.
}
