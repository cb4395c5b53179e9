import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { instant, type Clock } from '@mcp-orchestra/kernel'
import { afterAll, expect, it } from 'vitest'
import { SESSION_TOKEN_LIFE_MS } from '../../seal/session-token.ts'
import { createEndedSessions } from './ended-sessions.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'ended-'))
afterAll(() => rmSync(directory, { recursive: true }))
let nowMs = 1_000
const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }

it('an ended session stays ended in the next process, until its token has expired', async () => {
  const file = path.join(directory, 'ended')
  const first = createEndedSessions(clock, file)
  await first.add('one')
  await first.add('one')
  expect([first.has('one'), first.has('two')]).toEqual([true, false])
  // A line that a killed process did not finish.
  appendFileSync(file, '99')
  expect(createEndedSessions(clock, file).has('one')).toBe(true)
  nowMs += SESSION_TOKEN_LIFE_MS
  expect(createEndedSessions(clock, file).has('one')).toBe(false)
})
