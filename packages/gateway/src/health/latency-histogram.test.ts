import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLatencyHistogram } from './latency-histogram.ts'

test('a quantile is never below the true one and at most a fifth above it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.2, max: 100_000, noNaN: true }), { minLength: 1 }),
      fc.constantFrom(0.5, 0.99, 1),
      (latencies, q) => {
        const histogram = createLatencyHistogram({ monotonicMs: () => 0 })
        for (const latency of latencies) histogram.record(latency)
        const sorted = latencies.toSorted((a, b) => a - b)
        const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? 0
        const estimate = histogram.quantile(q) ?? 0
        expect(estimate).toBeGreaterThanOrEqual(exact * 0.999_999)
        expect(estimate).toBeLessThanOrEqual(exact * 1.2)
      },
    ),
  )
})

test('the window holds what was recorded in it, and nothing older, wherever the clock stands', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), fc.nat(600_000), (startMs, laterMs) => {
      const hand = { ms: startMs }
      const histogram = createLatencyHistogram({ monotonicMs: () => hand.ms })
      expect(histogram.quantile(0.5)).toBeNull()
      histogram.record(5)
      hand.ms += laterMs
      const isKept = histogram.quantile(0.5) !== null
      // The window moves by whole minutes: between four and five of them are sure.
      if (laterMs <= 4 * 60_000) expect(isKept).toBe(true)
      if (laterMs >= 5 * 60_000) expect(isKept).toBe(false)
    }),
  )
})
