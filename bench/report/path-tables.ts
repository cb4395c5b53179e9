import { leastOf, medianOf, ratiosByRound, spreadOf } from '../figures/figure.ts'
import { median } from '../figures/statistics.ts'
import type { PathReport } from '../path/run-path.ts'
import { showNumber, showSpread } from './number.ts'
import type { Table } from './table.ts'

const HEADER = [
  'subject',
  'calls/s',
  'spread',
  '÷ nginx',
  'p50 ms',
  'p99 ms',
  'CPU µs/call',
  'least',
  'calls/CPU s ÷ nginx',
  'others µs/call',
  'MiB',
  'idle',
] as const

/** One table for each number of clients. */
export function pathTables({ cells, titles, idleMib }: PathReport): Table[] {
  const counts = [...new Set(cells.map(({ clients }) => clients))]
  return counts.map((clients) => {
    const own = cells.filter((cell) => cell.clients === clients)
    const nginx = own.find(({ subject }) => subject === 'nginx')
    return {
      title: `${clients} client${clients === 1 ? '' : 's'}`,
      header: HEADER,
      rows: own.map((cell) => [
        titles[cell.subject] ?? cell.subject,
        showNumber(medianOf(cell.rate)),
        showSpread(spreadOf(cell.rate)),
        nginx === undefined ? '–' : showNumber(median(ratiosByRound(cell.rate, nginx.rate))),
        showNumber(medianOf(cell.p50)),
        showNumber(medianOf(cell.p99)),
        showNumber(medianOf(cell.cpu)),
        showNumber(leastOf(cell.cpu)),
        nginx === undefined
          ? '–'
          : showNumber(median(ratiosByRound(cell.perCpuSecond, nginx.perCpuSecond))),
        showNumber(medianOf(cell.behindCpu)),
        showNumber(medianOf(cell.memory)),
        showNumber(idleMib[cell.subject] ?? NaN),
      ]),
    }
  })
}
