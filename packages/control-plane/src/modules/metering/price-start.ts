import { instant, type Instant } from '@mcp-orchestra/kernel'

/** The part of a price version that decides when a later one may start. */
export type PriceStep = {
  readonly version: number
  readonly amount: bigint
  readonly startsAt: Instant
}

/**
 * The amount in force at `at`: that of the highest version whose start
 * has come by then; zero when none has (the tool is free).
 */
export function amountInForce(steps: readonly PriceStep[], at: Instant): bigint {
  let found: PriceStep | undefined
  for (const step of steps) {
    if (step.startsAt <= at && (found === undefined || step.version > found.version)) found = step
  }
  return found?.amount ?? 0n
}

/**
 * The earliest start of a new version (spending §2.7): a rise starts no earlier than `publishedAt +
 * maxStaleMs`, so that no gateway can still serve from a snapshot without it; a fall, and the first
 * price a tool ever gets, may start at once. A higher version takes over from its start on, so the
 * rise is measured against every amount that is or comes into force until that moment.
 */
export function earliestStart(
  earlier: readonly PriceStep[],
  amount: bigint,
  publishedAt: Instant,
  maxStaleMs: number,
): Instant {
  if (earlier.length === 0) return publishedAt
  const settledAt = instant(publishedAt + maxStaleMs)
  const lowest = lowestInForce(earlier, publishedAt, settledAt)
  return amount > lowest ? settledAt : publishedAt
}

/** The lowest amount in force at any moment from `from` to `to`. */
function lowestInForce(steps: readonly PriceStep[], from: Instant, to: Instant): bigint {
  let lowest = amountInForce(steps, from)
  for (const { startsAt } of steps) {
    if (startsAt <= from || startsAt > to) continue
    const amount = amountInForce(steps, startsAt)
    if (amount < lowest) lowest = amount
  }
  return lowest
}
