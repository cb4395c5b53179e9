import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'

test('the pause doubles with each short life and is never over ten seconds', () => {
  const backoff = new Backoff()
  const pauses = Array.from({ length: 10 }, () => backoff.next(50))
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000])
})

test('a healthy life makes the next restart quick again', () => {
  const backoff = new Backoff()
  for (let death = 0; death < 8; death += 1) backoff.next(50)
  expect(backoff.next(30_000)).toBe(100)
})
