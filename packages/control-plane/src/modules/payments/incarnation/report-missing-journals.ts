import type { Id, Transaction } from '@mcp-orchestra/kernel'
import { openCases } from '../case/open-cases.ts'
import type { PaymentsDeps } from '../deps.ts'
import { remainderOf } from '../lease/lease.ts'
import type { JournalReport } from './journal-report.ts'

/**
 * Opens a case for each earlier process of a slot that still holds leases while its journal is not on
 * the disk any more: what it holds is exposed until somebody finds the disk or declares it lost
 * (spending §4.17). The end of the journal resolves the case.
 */
export async function reportMissingJournals(
  deps: Pick<PaymentsDeps, 'incarnations' | 'leases' | 'cases' | 'clock' | 'ids'>,
  tx: Transaction,
  registration: {
    readonly slot: string
    readonly incarnationId: Id<'inc'>
    readonly journals: readonly JournalReport[]
  },
): Promise<void> {
  const here = new Set([
    registration.incarnationId,
    ...registration.journals.map(({ incarnationId }) => incarnationId),
  ])
  for (const earlier of await deps.incarnations.openOfSlot(tx, registration.slot)) {
    if (here.has(earlier.id)) continue
    const leases = await deps.leases.lockOpenOf(tx, earlier.id)
    const [first] = leases
    const exposed = leases.reduce((sum, lease) => sum + remainderOf(lease), 0n)
    if (first === undefined || exposed === 0n) continue
    const opening = {
      kind: 'journal_missing',
      subject: earlier.id,
      organizationId: null,
      incarnationId: earlier.id,
      amount: exposed,
      asset: first.asset,
      detail: { slot: registration.slot, leases: leases.length },
    } as const
    await deps.cases.resolve(tx, 'journal_missing', earlier.id)
    await openCases(deps, tx, [opening])
  }
}
