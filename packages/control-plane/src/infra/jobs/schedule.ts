import { PgBoss } from 'pg-boss'
import type { Log } from '../telemetry/log.ts'

/** Work that is done again and again, by one process of all that run. */
export type ScheduledJob = {
  /** `payments.sweep_accrued`: lower-case words and dots. */
  readonly name: string
  /** When, as a cron expression in UTC with minutes as the finest step. */
  readonly cron: string
  /** A run that takes longer is given up, in seconds; default {@link RUN_SECONDS_MAX}. */
  readonly secondsMax?: number
  /** Must be safe to repeat; what it returns is logged. */
  run(): Promise<number>
}

/** Scheduled work that runs until it is stopped. */
export interface Schedule {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Connections of the scheduler: it runs a few jobs a minute. */
const POOL_SIZE = 2
/** A run that takes longer than this is given up, in seconds; the next one does its work. */
const RUN_SECONDS_MAX = 55
/** Done runs are forgotten after this long, in seconds: their outcome is in the log. */
const KEPT_SECONDS = 3_600
/** A stop waits this long for running jobs, in ms. */
const STOP_TIMEOUT_MS = 2_000

/** A schedule on pg-boss, in the same PostgreSQL (schema `pgboss`, which pg-boss keeps itself). */
export function createSchedule(options: {
  readonly databaseUrl: string
  readonly jobs: readonly ScheduledJob[]
  readonly log: Log
}): Schedule {
  const { jobs, log } = options
  const boss = new PgBoss({
    connectionString: options.databaseUrl,
    application_name: 'mcp-orchestra jobs',
    max: POOL_SIZE,
  })
  boss.on('error', (error) =>
    log.warn({ event: 'jobs.failed', err: error }, 'the scheduler failed'),
  )

  async function add({ name, cron, secondsMax, run }: ScheduledJob): Promise<void> {
    await boss.createQueue(name, {
      // One at a time and none waiting: a missed turn is made up for by the next one.
      policy: 'exclusive',
      retryLimit: 0,
      expireInSeconds: secondsMax ?? RUN_SECONDS_MAX,
      deleteAfterSeconds: KEPT_SECONDS,
    })
    await boss.schedule(name, cron, null, { tz: 'UTC' })
    await boss.work(name, async () => {
      const count = await run()
      // A run that found nothing to do is no news.
      log[count === 0 ? 'debug' : 'info']({ event: 'jobs.ran', job: name, count }, 'ran')
    })
  }

  return {
    async start() {
      await boss.start()
      for (const job of jobs) await add(job)
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS })
    },
  }
}
