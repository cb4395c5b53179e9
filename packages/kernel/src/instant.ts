/** A moment as epoch milliseconds. Names of instants end in `At`. */
export type Instant = number & { readonly __instant: unique symbol }

/** The two clocks a component may need. Wall time is for people, monotonic time for deadlines. */
export interface Clock {
  /** Wall time. May jump; never decide about money by it (spending §1.3). */
  now(): Instant
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number
}

/** Brands epoch milliseconds. */
export function instant(epochMs: number): Instant {
  return epochMs as Instant
}

/** RFC 3339 in UTC with milliseconds: the only form of time on the wire. */
export function toRfc3339(at: Instant): string {
  return new Date(at).toISOString()
}

/** Parses RFC 3339; throws RangeError on anything else. */
export function fromRfc3339(text: string): Instant {
  const epochMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(epochMs)) throw new RangeError(`not an RFC 3339 time: ${JSON.stringify(text)}`)
  return instant(epochMs)
}

/** The machine's clocks: the one place that reads them. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonicMs: () => performance.now(),
}
