import { instant, type Clock } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { createSignInAttempts } from './attempts.ts'

let nowMs = 0
const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }

test('an account takes ten attempts in a window, from however many addresses, in any case', () => {
  nowMs = 0
  const attempts = createSignInAttempts(clock)
  for (let index = 0; index < 10; index += 1) {
    attempts.count({ address: `192.0.2.${index}`, account: index % 2 === 0 ? 'A@b.c' : 'a@B.c' })
  }
  expect(() => attempts.count({ address: '192.0.2.99', account: 'a@b.c' })).toThrow(/Too many/)
  nowMs = 900_000
  expect(() => attempts.count({ address: '192.0.2.99', account: 'a@b.c' })).not.toThrow()
})

test('an address takes a hundred attempts in a window, at however many accounts', () => {
  nowMs = 0
  const attempts = createSignInAttempts(clock)
  for (let index = 0; index < 100; index += 1) {
    attempts.count({ address: '192.0.2.1', account: `member-${index}@b.c` })
  }
  expect(() => attempts.count({ address: '192.0.2.1', account: 'other@b.c' })).toThrow(/Too many/)
  expect(() => attempts.count({ address: '192.0.2.2', account: 'other@b.c' })).not.toThrow()
})
