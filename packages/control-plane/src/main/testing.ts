import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, systemClock, type Clock } from '@mcp-orchestra/kernel'
import { createDatabase, type Database } from '../infra/postgres/index.ts'
import { startTestDatabase } from '../infra/postgres/testing.ts'
import { createBodyCodec, createSnapshotFeed } from '../infra/snapshot/index.ts'
import { createVault } from '../infra/vault/vault.ts'
import type { SnapshotKind } from '@mcp-orchestra/api/snapshot'
import { createLog } from '../infra/telemetry/log.ts'
import { compose } from './compose.ts'
import { parseConfig, type Config, type Env } from './config.ts'
import { migrateAll } from './migrate.ts'
import { openSecrets, type Secrets } from './secrets.ts'

/** What a test sends. */
export type TestRequest = {
  readonly key?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** The whole control plane on a database of its own, without a socket. */
export type TestControlPlane = {
  readonly secrets: Secrets
  readonly config: Config
  readonly database: Database
  readonly operatorKey: string
  /** Sends a request; the operator's key unless another one, or null for none. */
  send(method: string, path: string, request?: TestRequest): Promise<Response>
  /** Sends a text as JSON, whatever it is. */
  sendRaw(method: string, path: string, key: string, text: string): Promise<Response>
  /** Sends and reads JSON, expecting a status. */
  json(status: number, method: string, path: string, request?: TestRequest): Promise<JsonObject>
  /** A new organization and its first key. */
  foundOrganization(name: string): Promise<{ id: string; key: string }>
  /** What gateways are told of an entity, in the clear. */
  snapshotEntity(kind: SnapshotKind, id: string): Promise<JsonObject | undefined>
  /** Runs a scheduled job now. */
  runJob(name: string): Promise<number>
  /** Ends the database, and nothing else. */
  stopDatabase(): Promise<void>
  stop(): Promise<void>
}

/** A JSON object that a test looks into. */
export type JsonObject = { readonly [name: string]: unknown }

/** Address under which the tested control plane believes to be reached. */
export const TEST_URL = 'http://127.0.0.1:7300'

/** Starts one; about two seconds. With `beside`, another process on the database of one that runs. */
export async function startTestControlPlane(
  options: { readonly clock?: Clock; readonly beside?: TestControlPlane; readonly env?: Env } = {},
): Promise<TestControlPlane> {
  const { beside, clock = systemClock } = options
  const [postgres, dataDir] =
    beside === undefined
      ? await Promise.all([startTestDatabase(), mkdtemp(join(tmpdir(), 'orchestra-test-'))])
      : [{ url: beside.config.databaseUrl, stop: leaveIt }, beside.config.dataDir]
  const config = parseConfig({
    ORCHESTRA_DATABASE_URL: postgres.url,
    ORCHESTRA_DATA_DIR: dataDir,
    ORCHESTRA_LOG_LEVEL: 'silent',
    ...options.env,
  })
  const secrets = await openSecrets(config)
  await migrateAll(config.databaseUrl)
  const database = createDatabase({ url: config.databaseUrl, applicationName: 'test' })
  const plane = compose({
    config,
    secrets,
    database,
    url: TEST_URL,
    clock,
    ids: createIds(clock),
    log: createLog('silent'),
  })
  await plane.start()

  async function send(method: string, path: string, request: TestRequest = {}): Promise<Response> {
    const key = request.key === undefined ? secrets.operatorKey : request.key
    const headers = new Headers(request.headers)
    if (key !== null) headers.set('authorization', `Bearer ${key}`)
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    if (body !== undefined && !headers.has('content-type')) {
      headers.set('content-type', 'application/json')
    }
    return plane.app.request(`${TEST_URL}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
  }

  async function json(
    status: number,
    method: string,
    path: string,
    request?: TestRequest,
  ): Promise<JsonObject> {
    const answer = await send(method, path, request)
    const text = await answer.text()
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${text}`)
    }
    return JSON.parse(text) as JsonObject
  }

  return {
    secrets,
    config,
    database,
    operatorKey: secrets.operatorKey,
    send,
    json,
    async sendRaw(method, path, key, text) {
      return plane.app.request(`${TEST_URL}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: text,
      })
    },
    async foundOrganization(name) {
      const founded = await json(201, 'POST', '/v1/organizations', {
        body: { name, issueKey: true },
      })
      const { id } = founded['organization'] as { id: string }
      return { id, key: String(founded['secret']) }
    },
    async snapshotEntity(kind, id) {
      const codec = createBodyCodec(createVault(secrets.vaultKey))
      const { changes } = await createSnapshotFeed(database, codec).full()
      return changes.find((change) => change.kind === kind && change.id === id)?.body ?? undefined
    },
    async runJob(name) {
      const job = plane.jobs.find((scheduled) => scheduled.name === name)
      if (job === undefined) throw new Error(`no job ${name}`)
      return job.run()
    },
    stopDatabase: () => postgres.stop(),
    async stop() {
      await plane.close()
      await database.close()
      await postgres.stop()
      if (beside === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function leaveIt(): Promise<void> {
  // The database belongs to the one beside.
  return Promise.resolve()
}
