/** A duration for people: `67.5 ms`, `1.2 s`. */
export function formatMs(durationMs: number): string {
  if (durationMs >= 1_000) return `${(durationMs / 1_000).toFixed(1)} s`
  return `${durationMs < 100 ? durationMs.toFixed(1) : Math.round(durationMs)} ms`
}
