import { instant, type Clock } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGcra } from './gcra.ts'

function manualClock(): Clock & { advance(ms: number): void } {
  let ms = 1_000
  return {
    now: () => instant(ms),
    monotonicMs: () => ms,
    advance(by) {
      ms += by
    },
  }
}

test('a burst passes, the next request is told how long to wait, and passes then', () => {
  const clock = manualClock()
  const gcra = createGcra(clock)
  const rate = { perMinute: 60, burst: 3 }
  expect([0, 1, 2].map(() => gcra.take('a', rate))).toEqual([0, 0, 0])
  const waitMs = gcra.take('a', rate)
  expect(waitMs).toBe(1_000)
  expect(gcra.take('b', rate)).toBe(0)
  clock.advance(waitMs)
  expect(gcra.take('a', rate)).toBe(0)
})

test('never more than burst + rate × time pass, in any pattern of arrivals', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }), (gaps) => {
      const clock = manualClock()
      const gcra = createGcra(clock)
      const rate = { perMinute: 60, burst: 5 }
      let passed = 0
      let elapsedMs = 0
      for (const gap of gaps) {
        clock.advance(gap)
        elapsedMs += gap
        if (gcra.take('k', rate) === 0) passed += 1
      }
      expect(passed).toBeLessThanOrEqual(5 + elapsedMs / 1_000)
    }),
  )
})

test('it remembers a bounded number of keys', () => {
  const gcra = createGcra(manualClock(), 2)
  const rate = { perMinute: 1, burst: 1 }
  expect(gcra.take('a', rate)).toBe(0)
  expect(gcra.take('b', rate)).toBe(0)
  expect(gcra.take('c', rate)).toBe(0)
  expect(gcra.take('a', rate)).toBe(0)
  expect(gcra.take('c', rate)).toBeGreaterThan(0)
})
