import { money, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { CaseOpening } from '../case/case.ts'
import { openCases } from '../case/open-cases.ts'
import type { PaymentsDeps } from '../deps.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import type { Advance } from '../ports.ts'

/** What ending a freeze needs. */
export type ThawDeps = Pick<
  PaymentsDeps,
  | 'transactions'
  | 'ledger'
  | 'incarnations'
  | 'epochs'
  | 'leases'
  | 'cases'
  | 'slots'
  | 'clock'
  | 'ids'
>

/**
 * Ends the freeze that a raise of the epoch began, once nothing of the lost history can arrive any
 * more (spending §5.18): every slot has a process that reported, every known open incarnation has
 * reported and its journal is applied as far as it reaches, or was declared lost. What the platform
 * put forward is collected first, as far as the payers' balances go; a case tells of the rest. The
 * caller holds the epoch's row.
 */
export async function thawWhenComplete(deps: ThawDeps, tx: Transaction): Promise<void> {
  const epoch = await deps.epochs.read(tx)
  if (!epoch.frozen) return
  const reported = new Set(await deps.incarnations.reportedSlots(tx, epoch.epoch))
  if (deps.slots().some((slot) => !reported.has(slot))) return
  if ((await deps.incarnations.behind(tx, epoch.epoch)).length > 0) return
  await collectAdvances(deps, tx)
  await deps.epochs.write(tx, { ...epoch, frozen: false })
}

async function collectAdvances(deps: ThawDeps, tx: Transaction): Promise<void> {
  for (const advance of await deps.leases.lockAdvances(tx)) {
    const available = accountNames.available(advance.payerId)
    const balance = await deps.ledger.balance(tx, available, advance.asset)
    if (balance.available < advance.amount) {
      await openCases(deps, tx, [uncollected(advance)])
      continue
    }
    await deps.ledger.post(tx, [
      {
        id: transferIdOf('advance collected', advance.leaseId),
        debit: available,
        credit: accountNames.platform('suspense'),
        amount: money(advance.amount, advance.asset),
        reference: advance.leaseId,
      },
    ])
    await deps.leases.collectAdvance(tx, advance.leaseId, deps.clock.now())
  }
}

function uncollected({ leaseId, payerId, asset, amount }: Advance): CaseOpening {
  return {
    kind: 'advance_uncollected',
    subject: leaseId,
    organizationId: payerId,
    incarnationId: null,
    amount,
    asset,
    detail: { reason: 'the balance does not cover what was put forward after the restore' },
  }
}
