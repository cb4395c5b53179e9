import type { Principal } from '@mcp-orchestra/api/permission'
import { createIds, instant, systemClock, type Clock, type Ids } from '@mcp-orchestra/kernel'
import { createAuditLog } from '../../../infra/audit/log.ts'
import { createDatabase, migrate, type Database } from '../../../infra/postgres/index.ts'
import { startTestDatabase, type TEST_VERSIONS } from '../../../infra/postgres/testing.ts'
import { postgresMeterStore } from '../adapters/postgres-meter-store.ts'
import { createMeters, type Meters } from '../meter/meters.ts'

/** Meters on a PostgreSQL of their own, with a clock that stands still until it is set. */
export type MeterBench = {
  readonly database: Database
  readonly meters: Meters
  readonly ids: Ids
  /** Somebody of an organization that nobody else is in. */
  stranger(): Principal
  setNow(epochMs: number): void
  stop(): Promise<void>
}

/** Starts a database with metering's schema and the audit trail. */
export async function startMeterBench(
  version: (typeof TEST_VERSIONS)[number],
): Promise<MeterBench> {
  const server = await startTestDatabase({ version })
  await migrate({
    url: server.url,
    folders: [
      { name: 'audit', directory: new URL('../../../infra/audit/migrations/', import.meta.url) },
      { name: 'metering', directory: new URL('../migrations/', import.meta.url) },
    ],
  })
  const database = createDatabase({ url: server.url, applicationName: 'meter test', poolSize: 10 })
  let now = systemClock.now()
  const clock: Clock = { now: () => now, monotonicMs: systemClock.monotonicMs }
  const ids = createIds(systemClock)
  return {
    database,
    ids,
    meters: createMeters({
      transactions: database.transactions,
      meters: postgresMeterStore,
      audit: createAuditLog({ clock, ids }),
      clock,
      ids,
    }),
    stranger: () => ({
      organizationId: ids.make('org'),
      memberId: null,
      keyId: ids.make('key'),
      permissions: new Set(['usage:read', 'usage:write'] as const),
    }),
    setNow: (epochMs) => void (now = instant(epochMs)),
    async stop() {
      await database.close()
      await server.stop()
    },
  }
}
