import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { startHttpServer } from '../infra/http/index.ts'
import { createSchedule } from '../infra/jobs/schedule.ts'
import { createDatabase } from '../infra/postgres/index.ts'
import { createLog } from '../infra/telemetry/log.ts'
import { compose } from './compose.ts'
import type { Config } from './config.ts'
import { migrateAll } from './migrate.ts'
import { openSecrets } from './secrets.ts'

/** A running control plane. */
export type RunningControlPlane = { readonly url: string; close(): Promise<void> }

/**
 * Starts the control plane: secrets, migrations, HTTP, the stream to the gateways. Makes the operator's
 * organization and key on the first start and finds them on every later one.
 */
export async function startControlPlane(config: Config): Promise<RunningControlPlane> {
  const clock = systemClock
  const log = createLog(config.logLevel)
  const secrets = await openSecrets(config)
  await migrateAll(config.databaseUrl)
  const database = createDatabase({
    url: config.databaseUrl,
    applicationName: 'mcp-orchestra control plane',
    onError: (error) =>
      log.warn({ event: 'database.connection_lost', err: error }, 'connection lost'),
  })
  const server = await startHttpServer(config)
  const plane = compose({
    config,
    secrets,
    database,
    url: server.url,
    clock,
    ids: createIds(clock),
    log,
  })
  await plane.start()
  server.serve(plane.app)
  const schedule = createSchedule({ databaseUrl: config.databaseUrl, jobs: plane.jobs, log })
  // In the background: its tables take a moment on the first start, and nobody waits for a job.
  const scheduling = schedule.start().catch((error: unknown) => {
    log.error({ event: 'jobs.not_started', err: error }, 'scheduled work does not run')
  })
  log.info({ event: 'control_plane.started', url: server.url }, 'started')
  return {
    url: server.url,
    async close() {
      await scheduling
      await schedule.stop()
      await plane.close()
      await server.close()
      await database.close()
      log.info({ event: 'control_plane.stopped' }, 'stopped')
    },
  }
}
