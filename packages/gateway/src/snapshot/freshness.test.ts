import { instant, type Clock } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { createFreshness } from './freshness.ts'

function handClock(): Clock & { ms: number } {
  const clock = { ms: 0, now: () => instant(clock.ms), monotonicMs: () => clock.ms }
  return clock
}

test('a connected link is fresh until it has been silent for four heartbeats, then its whole age counts', () => {
  const clock = handClock()
  const freshness = createFreshness(clock, 1_000)
  expect(freshness.staleMs()).toBe(Number.POSITIVE_INFINITY)
  freshness.heard()
  clock.ms = 1_000
  expect(freshness.staleMs()).toBe(0)
  clock.ms = 61_000
  expect(freshness.staleMs()).toBe(61_000)
})

test('a lost link counts from the last thing heard, not from the loss', () => {
  const clock = handClock()
  const freshness = createFreshness(clock, 1_000)
  freshness.heard()
  clock.ms = 700
  freshness.disconnected()
  expect(freshness.staleMs()).toBe(700)
})

test('a copy from disk is as old as it is, and worthless when its time lies in the future', () => {
  const clock = handClock()
  const freshness = createFreshness(clock, 1_000)
  freshness.restore(30_000)
  clock.ms = 500
  expect(freshness.staleMs()).toBe(30_500)
  freshness.restore(-1)
  expect(freshness.staleMs()).toBe(Number.POSITIVE_INFINITY)
})
