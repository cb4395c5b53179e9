import type { LedgerTransfer } from '@mcp-orchestra/sdk'

/** A transfer and its place among the ones beside it that share its link. */
export type LinkedTransfer = LedgerTransfer & {
  readonly place: 'single' | 'first' | 'middle' | 'last'
  /** How many stand together. */
  readonly together: number
}

/** Marks transfers of one thing that stand together; the order stays as the ledger gave it. */
export function markLinked(transfers: readonly LedgerTransfer[]): readonly LinkedTransfer[] {
  return runsOf(transfers).flatMap((run) =>
    run.map((transfer, index) => ({
      ...transfer,
      together: run.length,
      place:
        run.length === 1
          ? ('single' as const)
          : index === 0
            ? ('first' as const)
            : index === run.length - 1
              ? ('last' as const)
              : ('middle' as const),
    })),
  )
}

function runsOf(transfers: readonly LedgerTransfer[]): LedgerTransfer[][] {
  const runs: LedgerTransfer[][] = []
  for (const transfer of transfers) {
    const run = runs.at(-1)
    const link = run?.[0]?.link
    if (run !== undefined && transfer.link !== null && transfer.link === link) run.push(transfer)
    else runs.push([transfer])
  }
  return runs
}
