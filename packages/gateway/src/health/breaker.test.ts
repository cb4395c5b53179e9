import { instant, type Clock } from '@mcp-orchestra/kernel'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBreaker } from './breaker.ts'

function handClock(): Clock & { ms: number } {
  const clock = { ms: 0, now: () => instant(clock.ms), monotonicMs: () => clock.ms }
  return clock
}

function opened(): { clock: Clock & { ms: number }; breaker: ReturnType<typeof createBreaker> } {
  const clock = handClock()
  const breaker = createBreaker(clock)
  for (let failure = 0; failure < 5; failure += 1) breaker.failed()
  return { clock, breaker }
}

test('four failures let calls through, the fifth in a row does not', () => {
  const breaker = createBreaker(handClock())
  for (let failure = 0; failure < 4; failure += 1) breaker.failed()
  expect(breaker.admit()).toBe(0)
  breaker.failed()
  expect(breaker.state()).toBe('open')
  expect(breaker.admit()).toBe(1_000)
})

test('a success between failures starts the count anew', () => {
  const breaker = createBreaker(handClock())
  for (let round = 0; round < 10; round += 1) {
    for (let failure = 0; failure < 4; failure += 1) breaker.failed()
    breaker.succeeded()
  }
  expect(breaker.state()).toBe('closed')
})

test('after the pause one trial goes through, the others still wait', () => {
  const { clock, breaker } = opened()
  clock.ms = 1_000
  expect(breaker.state()).toBe('half-open')
  expect(breaker.admit()).toBe(0)
  expect(breaker.admit()).toBe(1_000)
  breaker.succeeded()
  expect(breaker.admit()).toBe(0)
  expect(breaker.admit()).toBe(0)
})

test('each failed trial doubles the pause, up to half a minute', () => {
  const { clock, breaker } = opened()
  const pauses: number[] = []
  for (let trial = 0; trial < 7; trial += 1) {
    const waitMs = breaker.admit()
    pauses.push(waitMs)
    clock.ms += waitMs
    expect(breaker.admit()).toBe(0)
    breaker.failed()
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test('whatever happens, nobody waits longer than half a minute', () => {
  const step = fc.oneof(
    fc.constant('failed' as const),
    fc.constant('succeeded' as const),
    fc.constant('admit' as const),
    fc.nat(60_000),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const clock = handClock()
      const breaker = createBreaker(clock)
      for (const next of steps) {
        if (typeof next === 'number') clock.ms += next
        else if (next === 'admit') expect(breaker.admit()).toBeLessThanOrEqual(30_000)
        else breaker[next]()
      }
    }),
  )
})
