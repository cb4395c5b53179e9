/** Waits between tries to reach a lost platform, in milliseconds: quick at first, never slower than the last. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const

/** How long to wait after so many failed tries (from 1), in milliseconds. */
export function waitAfter(tries: number): number {
  const at = Math.min(Math.max(tries, 1), WAITS_MS.length) - 1
  return WAITS_MS[at] ?? WAITS_MS[0]
}
