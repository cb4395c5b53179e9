import fc from 'fast-check'
import { expect, it } from 'vitest'
import { callAt } from '../../queries/testing.ts'
import { quantile, SERIES_SPAN_MS, SERIES_STEPS, seriesOf } from './call-series.ts'

const NOW = Date.UTC(2026, 10, 22, 12, 10)
const at = (ms: number, over = {}) => callAt(1, { at: new Date(ms).toISOString(), ...over })

it('every call of the span is in exactly one step, and none from before it', () => {
  const span = SERIES_SPAN_MS - SERIES_SPAN_MS / SERIES_STEPS
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20_000, max: 2 * span })), (ages) => {
      const steps = seriesOf(
        ages.map((age) => at(NOW - age)),
        NOW,
      )
      const recent = ages.filter((age) => age <= span)
      expect(steps).toHaveLength(SERIES_STEPS)
      expect(steps.reduce((sum, { calls }) => sum + calls, 0)).toBe(recent.length)
    }),
  )
})

it('a call keeps its step while time goes on', () => {
  const one = at(NOW - 12_345)
  const stepOf = (nowMs: number) => seriesOf([one], nowMs).find(({ calls }) => calls === 1)?.atMs
  expect(stepOf(NOW + 61_001)).toBe(stepOf(NOW))
})

it('a call with an unreadable time is left out', () => {
  expect(seriesOf([callAt(1, { at: 'soon' })], NOW).every(({ calls }) => calls === 0)).toBe(true)
})

it('tells failures and slow calls', () => {
  const calls = [1, 2, 3, 400].map((durationMs) => at(NOW, { durationMs }))
  const last = seriesOf([...calls, at(NOW, { durationMs: 4, outcome: 'timeout' })], NOW).at(-1)
  expect(last).toMatchObject({ calls: 5, failed: 1, p50Ms: 3, p99Ms: 400 })
})

it('a quantile is one of the values, and none of none', () => {
  expect(quantile([], 0.5)).toBeNull()
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, part) => {
        const sorted = values.toSorted((a, b) => a - b)
        expect(sorted).toContain(quantile(sorted, part))
      },
    ),
  )
})
