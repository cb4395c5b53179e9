/** Counts of latencies in log buckets: constant memory, quantiles within 19 %. */
export interface LatencyHistogram {
  record(latencyMs: number): void
  /** The upper bound in ms of the bucket in which the quantile (0..1) falls; null without a record. */
  quantile(q: number): number | null
  reset(): void
}

/** Four buckets per doubling, from 0.1 ms to about an hour. */
const BUCKETS_PER_DOUBLING = 4
const SMALLEST_MS = 0.1
const BUCKETS = 100

/** An empty histogram. */
export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array(BUCKETS)
  let total = 0
  return {
    record(latencyMs) {
      const steps = Math.ceil(
        Math.log2(Math.max(latencyMs, SMALLEST_MS) / SMALLEST_MS) * BUCKETS_PER_DOUBLING,
      )
      const bucket = Math.min(steps, BUCKETS - 1)
      counts[bucket] = (counts[bucket] ?? 0) + 1
      total += 1
    },
    quantile(q) {
      if (total === 0) return null
      let seen = 0
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        seen += counts[bucket] ?? 0
        if (seen >= q * total) return SMALLEST_MS * 2 ** (bucket / BUCKETS_PER_DOUBLING)
      }
      return null
    },
    reset() {
      counts.fill(0)
      total = 0
    },
  }
}
