import { formatMoney } from '@mcp-orchestra/sdk'
import { csvText } from '../../kit/csv-text.ts'
import type { UsageGroup } from './groups.ts'

const COLUMNS = [
  'month',
  'server_id',
  'server',
  'tool',
  'calls',
  'amount',
  'asset',
  'atomic_amount',
] as const

/** Sums as CSV, amounts in whole units as exact decimals and in atomic units. */
export function usageCsv(
  groups: readonly UsageGroup[],
  nameOf: (serverId: string) => string | undefined,
): string {
  const rows = groups.map(({ month, serverId, tool, calls, amount, asset }) => [
    month ?? '',
    serverId ?? '',
    serverId === undefined ? '' : (nameOf(serverId) ?? ''),
    tool ?? '',
    calls.toString(),
    /^-?[\d.]+(?= \S+$)/.exec(formatMoney({ amount: amount.toString(), asset }))?.[0] ?? '',
    asset,
    amount.toString(),
  ])
  return csvText([COLUMNS, ...rows])
}
