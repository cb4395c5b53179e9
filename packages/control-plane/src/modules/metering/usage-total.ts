import { toRfc3339, type AssetId, type Id, type Instant } from '@mcp-orchestra/kernel'
import type { UsageEvent } from './usage-event.ts'

/** A month in UTC as `YYYY-MM`. */
export type Month = string & { readonly __month: unique symbol }

/** What one payer's calls of one tool came to in one month under one price version and one agreement on shares. */
export type UsageTotal = {
  readonly payerId: Id<'org'>
  readonly publisherId: Id<'org'>
  readonly serverId: Id<'srv'>
  readonly tool: string
  readonly priceId: Id<'prc'>
  readonly month: Month
  /** The agreement on shares that they were sold under. */
  readonly shareId: Id<'shr'> | null
  readonly asset: AssetId
  readonly feeBps: number
  readonly calls: bigint
  /** What was posted for them, in the asset's smallest unit. */
  readonly posted: bigint
  /** What of it was given back, whenever that was. */
  readonly refunded: bigint
}

/** What tells one total from another. */
export type UsageTotalKey = Pick<
  UsageTotal,
  'payerId' | 'publisherId' | 'serverId' | 'tool' | 'priceId' | 'month' | 'shareId'
>

/** The month that a moment lies in, by UTC. */
export function monthOf(at: Instant): Month {
  return toRfc3339(at).slice(0, 7) as Month
}

/** What posted events add to the totals, in the order in which rows are locked; others add nothing. */
export function totalsOf(events: readonly UsageEvent[]): UsageTotal[] {
  const totals = new Map<string, UsageTotal>()
  for (const event of events) {
    if (event.disposition !== 'posted' || event.priceId === null) continue
    const { payerId, publisherId, serverId, tool, priceId, shareId, asset, feeBps } = event
    const month = monthOf(event.at)
    const key = [payerId, publisherId, serverId, tool, priceId, month, shareId ?? ''].join('\n')
    const before = totals.get(key) ?? { calls: 0n, posted: 0n }
    totals.set(key, {
      payerId,
      publisherId,
      serverId,
      tool,
      priceId,
      month,
      shareId,
      asset,
      feeBps,
      calls: before.calls + 1n,
      posted: before.posted + event.posted,
      refunded: 0n,
    })
  }
  return [...totals].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total)
}
