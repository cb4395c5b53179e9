import { medianOf, spreadOf } from '../figures/figure.ts'
import type { LedgerReport } from '../ledger/run-ledger.ts'
import type { LargeReport } from '../large/run-large.ts'
import type { MoneyReport } from '../money/run-money.ts'
import type { StartReport } from '../start/run-start.ts'
import type { StreamsReport } from '../streams/run-streams.ts'
import { showNumber, showSpread } from './number.ts'
import type { Table } from './table.ts'

/** Events a second, one table for each database. */
export function moneyTables({ cells }: MoneyReport): Table[] {
  return [...new Set(cells.map(({ database }) => database))].map((database) => ({
    title: database,
    header: [
      'arrival',
      'events/s',
      'spread',
      'p50 ms/batch',
      'p99 ms/batch',
      'control plane µs/event',
      'database µs/event',
    ],
    rows: cells
      .filter((cell) => cell.database === database)
      .map((cell) => [
        `${cell.arrival.gateways} gateway${cell.arrival.gateways === 1 ? '' : 's'}, batches of ${cell.arrival.batchSize}`,
        showNumber(medianOf(cell.rate)),
        showSpread(spreadOf(cell.rate)),
        showNumber(medianOf(cell.batchP50)),
        showNumber(medianOf(cell.batchP99)),
        showNumber(medianOf(cell.planeCpu)),
        showNumber(medianOf(cell.databaseCpu)),
      ]),
  }))
}

/** What the sums of each database say, one sentence each. */
export function sumsFacts({ sums, sync }: MoneyReport): string[] {
  return [
    `fdatasync on the disk: p50 ${sync.p50Ms.toFixed(2)} ms, p99 ${sync.p99Ms.toFixed(2)} ms`,
    ...sums.map(
      (check) =>
        `${check.database}: ${check.events} events shipped, ${check.postedEvents} posted; paid ${check.byUsage} by usage and ${check.byBalance} by balance, expected ${check.expected} (atomic units); trial balance ${check.trialBalanced ? 'zero' : 'NOT ZERO'}: ${check.isRight ? 'right' : 'WRONG'}`,
    ),
  ]
}

/** Memory of idle streams. */
export function streamsTable({ cells }: StreamsReport): Table {
  return {
    title: 'Idle streams',
    header: [
      'kind',
      'streams',
      'MiB before',
      'MiB',
      'KiB/stream',
      'second half',
      'at the upstream',
    ],
    rows: cells.map(({ title, steps, kibPerStream, kibPerLaterStream, upstreamStreams }) => [
      title,
      String(steps.at(-1)?.streams ?? 0),
      showNumber(steps[0]?.memoryMib ?? NaN),
      showNumber(steps.at(-1)?.memoryMib ?? NaN),
      showNumber(kibPerStream),
      showNumber(kibPerLaterStream),
      String(upstreamStreams),
    ]),
  }
}

/** Memory while large results pass. */
export function largeTable({ cells }: LargeReport): Table {
  return {
    title: 'Results of 100 MB',
    header: ['how', 'results', 'at once', 'MiB before', 'MiB at most', 'MiB/s'],
    rows: cells.map(({ title, results, atOnce, beforeMib, peakMib, mibPerSecond }) => [
      title,
      String(results),
      String(atOnce),
      showNumber(beforeMib),
      showNumber(peakMib),
      showNumber(mibPerSecond),
    ]),
  }
}

/** From the start of the process to the first paid call. */
export function startTable({ first, later }: StartReport): Table {
  return {
    title: 'First call after a start',
    header: ['start', 'seconds', 'spread'],
    rows: [
      ['the first, which makes the database', showNumber(medianOf(first)), '–'],
      ['a later one, warm disk', showNumber(medianOf(later)), showSpread(spreadOf(later))],
    ],
  }
}

/** What the ledger answers, in milliseconds. */
export function ledgerTable({ cells }: LedgerReport): Table {
  return {
    title: 'Answers',
    header: ['what', 'times', 'p50 ms', 'p99 ms', 'most ms'],
    rows: cells.map(({ title, times, p50Ms, p99Ms, mostMs }) => [
      title,
      String(times),
      ...[p50Ms, p99Ms, mostMs].map(showNumber),
    ]),
  }
}

/** How large the ledger is, and whether its answers agree. */
export function ledgerFacts(ledger: LedgerReport): string[] {
  const { database, postings, accounts, sizeMib, isRight } = ledger
  return [
    `${database}: ${showNumber(postings)} postings made by SQL over one month, ${showNumber(accounts)} accounts, ${showNumber(sizeMib)} MiB with indexes`,
    `statements, balances and the trial balance ${isRight ? 'agree to the last unit' : 'DISAGREE'}`,
  ]
}
