import type { Clock } from '@mcp-orchestra/kernel'

/** Latencies of the last five minutes in log buckets: constant memory, quantiles within 19 %. */
export interface LatencyHistogram {
  record(latencyMs: number): void
  /** The upper bound in ms of the bucket in which the quantile (0..1) falls; null without a record in the window. */
  quantile(q: number): number | null
}

/** Four buckets per doubling, from 0.1 ms to about an hour. */
const BUCKETS_PER_DOUBLING = 4
const SMALLEST_MS = 0.1
const BUCKETS = 100
/** The window moves on by this much, in ms. */
const SLOT_MS = 60_000
/** So the window is five minutes: longer than reports are apart, so that each of them has figures, and short enough to be about now. */
const SLOTS = 5

/** A histogram of nothing; what it has recorded is never forgotten by reading it. */
export function createLatencyHistogram(clock: Pick<Clock, 'monotonicMs'>): LatencyHistogram {
  const slots = Array.from({ length: SLOTS }, () => ({
    counts: new Uint32Array(BUCKETS),
    minute: -1,
  }))
  const minuteNow = (): number => Math.floor(clock.monotonicMs() / SLOT_MS)
  return {
    record(latencyMs) {
      const minute = minuteNow()
      const slot = slots[minute % SLOTS]
      if (slot === undefined) return
      if (slot.minute !== minute) {
        slot.counts.fill(0)
        slot.minute = minute
      }
      const steps = Math.ceil(
        Math.log2(Math.max(latencyMs, SMALLEST_MS) / SMALLEST_MS) * BUCKETS_PER_DOUBLING,
      )
      const bucket = Math.min(steps, BUCKETS - 1)
      slot.counts[bucket] = (slot.counts[bucket] ?? 0) + 1
    },
    quantile(q) {
      const oldest = minuteNow() - SLOTS
      const recent = slots.filter(({ minute }) => minute > oldest && minute >= 0)
      const countOf = (bucket: number): number =>
        recent.reduce((sum, { counts }) => sum + (counts[bucket] ?? 0), 0)
      const totals = Array.from({ length: BUCKETS }, (_, bucket) => countOf(bucket))
      const total = totals.reduce((sum, count) => sum + count, 0)
      if (total === 0) return null
      let seen = 0
      const found = totals.findIndex((count) => (seen += count) >= q * total)
      return SMALLEST_MS * 2 ** (found / BUCKETS_PER_DOUBLING)
    },
  }
}
