import type { Bound } from '../figures/bound.ts'
import type { Business, Machine } from '../machine/machine.ts'
import type { LedgerReport } from '../ledger/run-ledger.ts'
import type { LargeReport } from '../large/run-large.ts'
import type { MoneyReport } from '../money/run-money.ts'
import type { PathReport } from '../path/run-path.ts'
import type { StartReport } from '../start/run-start.ts'
import type { StreamsReport } from '../streams/run-streams.ts'

/** All that one run of the bench found; parts that did not run are undefined. */
export type Report = {
  readonly runId: string
  /** RFC 3339. */
  readonly startedAt: string
  /** What was measured: the commit, and whether files differed from it. */
  readonly commit: string
  readonly machine: Machine
  readonly business: Business
  /** Parts that ended in a failure, one sentence each. */
  readonly failures: readonly string[]
  readonly path: PathReport | undefined
  readonly streams: StreamsReport | undefined
  readonly large: LargeReport | undefined
  readonly start: StartReport | undefined
  readonly money: MoneyReport | undefined
  readonly ledger: LedgerReport | undefined
}

/** Every bound that the run judged. */
export function boundsOf({ path, streams, large, start }: Report): Bound[] {
  return [
    ...(path?.bounds ?? []),
    ...(streams?.bounds ?? []),
    ...(large?.bounds ?? []),
    ...(start?.bounds ?? []),
  ]
}

/** Sentences about what makes the run a failure: parts that failed, and books that are wrong. */
export function faultsOf({ path, money, ledger, failures }: Report): string[] {
  const faults = [...failures]
  if (path !== undefined && !path.books.isRight) {
    faults.push(
      `The ledger charged ${path.books.chargedUsd} USD for ${path.books.paidCalls} paid calls that cost ${path.books.expectedUsd} USD.`,
    )
  }
  if (ledger?.isRight === false) faults.push('The ledger’s statements and balances disagree.')
  for (const sums of money?.sums ?? []) {
    if (sums.isRight) continue
    faults.push(`${sums.database}: ${sums.events} events were shipped, the books say otherwise.`)
  }
  return faults
}
