import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runMain } from './run-main.ts'

/** From the start of the program to the first paid call, in seconds (the promise, after install). */
const FIRST_PAID_CALL_SECONDS_MAX = 60

test('the demo pays for a call within a minute, its books sum to zero, and it leaves nothing behind', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'orchestra-demo-'))
  const run = runMain('demo', { TMPDIR: temporary })
  expect(await run.exitCode()).toBe(0)
  expect(run.err()).toBe('')
  const out = run.out()
  expect(out).toContain('refused   402001 charge.insufficient_funds')
  expect(out).toContain('Story payer, leased')
  expect(out).toContain('the sum of all USD balances is 0')
  for (const server of ['everything', 'everything-stdio', 'filesystem', 'memory']) {
    expect(out).toMatch(new RegExp(`^ +${server} +[a-z_]+ +\\S+ +(paid|free)$`, 'm'))
  }
  const seconds = /first paid call after (\d+\.\d) s/.exec(out)?.[1]
  expect(Number(seconds)).toBeLessThanOrEqual(FIRST_PAID_CALL_SECONDS_MAX)
  expect(await readdir(temporary)).toEqual([])
  await rm(temporary, { recursive: true })
})
