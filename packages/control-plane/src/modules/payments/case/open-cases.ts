import type { Clock, Ids, Transaction } from '@mcp-orchestra/kernel'
import type { CaseStore } from '../ports.ts'
import type { CaseOpening } from './case.ts'

/** What opening a case needs. */
export type OpenCasesDeps = {
  readonly cases: CaseStore
  readonly ids: Ids
  readonly clock: Clock
}

/** Opens cases, or adds an occurrence to the open one of the same kind, subject and asset. */
export async function openCases(
  { cases, ids, clock }: OpenCasesDeps,
  tx: Transaction,
  openings: readonly CaseOpening[],
): Promise<void> {
  if (openings.length === 0) return
  const named = openings.map((opening) => ({ ...opening, id: ids.make('cas') }))
  await cases.open(tx, named, clock.now())
}
