import type { UsageSum } from '@mcp-orchestra/sdk'
import type { Grouping } from './search.ts'

/** Sums added up; what they were added up over is undefined. */
export type UsageGroup = {
  readonly id: string
  readonly month: string | undefined
  readonly serverId: string | undefined
  readonly tool: string | undefined
  readonly asset: string
  readonly calls: bigint
  /** In the asset's smallest unit, exact. */
  readonly amount: bigint
}

/** Sums added up by month, server or tool; each asset by itself. The order stays as the sums came. */
export function groupSums(sums: readonly UsageSum[], by: Grouping): readonly UsageGroup[] {
  const groups = new Map<string, UsageGroup>()
  for (const sum of sums) {
    const month = by === 'line' || by === 'month' ? sum.month : undefined
    const serverId = by === 'month' ? undefined : sum.serverId
    const tool = by === 'line' || by === 'tool' ? sum.tool : undefined
    const { asset, amount } = sum.amount
    const id = JSON.stringify([month ?? null, serverId ?? null, tool ?? null, asset])
    const before = groups.get(id) ?? { calls: 0n, amount: 0n }
    groups.set(id, {
      id,
      month,
      serverId,
      tool,
      asset,
      calls: before.calls + BigInt(sum.calls),
      amount: before.amount + BigInt(amount),
    })
  }
  return [...groups.values()]
}

/** Every month from the first to the last that has a sum, with what it came to in one asset; none is left out. */
export function monthSeries(
  sums: readonly UsageSum[],
  asset: string,
): readonly { readonly month: string; readonly calls: bigint; readonly amount: bigint }[] {
  const ofAsset = sums.filter(({ amount }) => amount.asset === asset)
  const groups = new Map(groupSums(ofAsset, 'month').map((group) => [group.month, group]))
  const indexes = ofAsset.map(({ month }) => indexOf(month))
  const first = Math.min(...indexes)
  const count = indexes.length === 0 ? 0 : Math.max(...indexes) - first + 1
  return Array.from({ length: count }, (_, place) => {
    const month = monthAt(first + place)
    const { calls = 0n, amount = 0n } = groups.get(month) ?? {}
    return { month, calls, amount }
  })
}

/** A year's months. */
const MONTHS = 12

/** How many months a month lies after the year 0. */
function indexOf(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return year * MONTHS + number - 1
}

function monthAt(index: number): string {
  return `${Math.floor(index / MONTHS)}-${String((index % MONTHS) + 1).padStart(2, '0')}`
}
