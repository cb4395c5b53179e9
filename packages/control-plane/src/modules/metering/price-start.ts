import { flatTariff, instant, isTariffRise, type Instant, type Tariff } from '@mcp-orchestra/kernel'

/** The part of a price version that decides when a later one may start. */
export type PriceStep = {
  readonly version: number
  readonly tariff: Tariff
  readonly startsAt: Instant
}

/** The versions that can price a tool: its own, and those of every tool without one. */
export type PriceHistory = {
  readonly own: readonly PriceStep[]
  readonly fallback: readonly PriceStep[]
}

const FREE = flatTariff(0n)

/**
 * What a tool is priced by at `at`: the highest of its own versions whose start has come by then, else of the
 * server's default; undefined when none has (the tool is free).
 */
export function tariffInForce({ own, fallback }: PriceHistory, at: Instant): Tariff | undefined {
  return (newestAt(own, at) ?? newestAt(fallback, at))?.tariff
}

function newestAt(steps: readonly PriceStep[], at: Instant): PriceStep | undefined {
  let found: PriceStep | undefined
  for (const step of steps) {
    if (step.startsAt <= at && (found === undefined || step.version > found.version)) found = step
  }
  return found
}

/** How long a rise waits: until every gateway knows it, and where it was announced to, as long as was promised. */
export type RiseNotice = { readonly maxStaleMs: number; readonly noticeMs: number }

/**
 * The earliest start of a new version (spending §2.7): a rise starts no earlier than `publishedAt +
 * maxStaleMs`, so that no gateway can still serve from a snapshot without it, and over a price that has been in
 * force no earlier than `publishedAt + noticeMs`; a fall, and the first price a tool ever gets, may start at once. A
 * higher version takes over from its start on, so the rise is measured against everything that is or comes into
 * force until that moment.
 */
export function earliestStart(
  earlier: PriceHistory,
  tariff: Tariff,
  publishedAt: Instant,
  { maxStaleMs, noticeMs }: RiseNotice,
): Instant {
  const steps = [...earlier.own, ...earlier.fallback]
  if (steps.length === 0) return publishedAt
  const hasBegun = steps.some(({ startsAt }) => startsAt <= publishedAt)
  const settledAt = instant(publishedAt + Math.max(maxStaleMs, hasBegun ? noticeMs : 0))
  const moments = steps.flatMap(({ startsAt }) =>
    startsAt > publishedAt && startsAt <= settledAt ? [startsAt] : [],
  )
  const isRise = [publishedAt, ...moments].some((at) =>
    isTariffRise(tariffInForce(earlier, at) ?? FREE, tariff),
  )
  return isRise ? settledAt : publishedAt
}
