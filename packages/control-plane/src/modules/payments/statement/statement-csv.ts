import { formatUnits, USD } from '@mcp-orchestra/kernel'
import type { Statement } from './statement.ts'

/** A statement as a table for a spreadsheet (RFC 4180): amounts in US dollars, exactly, and the sum. */
export function statementCsv({ lines, amount, payoutId }: Statement): string {
  const rows = [
    ['line', 'server', 'month', 'usd'],
    ...lines.map((line) => [line.kind, line.serverId ?? '', line.month ?? '', usd(line.amount)]),
    ['payout', payoutId, '', usd(amount)],
  ]
  return rows.map((row) => `${row.join(',')}\r\n`).join('')
}

function usd(amount: bigint): string {
  return amount < 0n ? `-${formatUnits(-amount, USD)}` : formatUnits(amount, USD)
}
