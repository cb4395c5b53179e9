import { PgBoss } from 'pg-boss'
import { expect, test } from 'vitest'
import { startTestDatabase } from '../postgres/testing.ts'
import { createLog } from '../telemetry/log.ts'
import { createSchedule } from './schedule.ts'

test('a job is scheduled once, however often the process starts, runs when due, and stops in order', async () => {
  const postgres = await startTestDatabase()
  const errors: string[] = []
  const log = createLog('warn', { write: (line) => void errors.push(line) })
  let ran: () => void = () => undefined
  const running = new Promise<void>((resolve) => {
    ran = resolve
  })
  // Once in four years by the clock: what makes it due is what this test sends.
  const job = { name: 'test.tick', cron: '0 0 29 2 *', run: () => Promise.resolve(0).finally(ran) }
  try {
    const first = createSchedule({ databaseUrl: postgres.url, jobs: [job], log })
    await first.start()
    await first.stop()
    const second = createSchedule({ databaseUrl: postgres.url, jobs: [job], log })
    await second.start()
    const sender = new PgBoss({ connectionString: postgres.url, supervise: false, schedule: false })
    await sender.start()
    expect(await sender.getSchedules()).toMatchObject([{ name: 'test.tick', cron: job.cron }])
    await sender.send(job.name, {})
    await running
    await sender.stop()
    await second.stop()
    expect(errors).toEqual([])
  } finally {
    await postgres.stop()
  }
})
