import { money, USD, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames, type TransferRequest } from '../../ledger/index.ts'
import { isWindowed } from '../cap/cap.ts'
import { windowAt } from '../cap/window.ts'
import { openCases } from '../case/open-cases.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import { CLAIM_MAX } from '../journal/read-entry.ts'
import type { PaymentsDeps } from '../deps.ts'
import type { WindowKey } from '../ports.ts'
import type { JournalReport, ReportedLease } from './journal-report.ts'
import type { RaiseEpochDeps } from './raise-epoch.ts'
import type { ThawDeps } from './thaw.ts'

/** What posting lost leases again needs. */
export type RepostDeps = ThawDeps & RaiseEpochDeps & Pick<PaymentsDeps, 'caps'>

/**
 * Posts again, under their own ids, the leases that a gateway holds and the database has lost by a
 * restore (spending §5.18): their usage is still on its way. What the payer's restored balance cannot
 * cover yet is put forward by the platform, and collected when the lost history has been applied again.
 */
export async function repostLostLeases(
  deps: RepostDeps,
  tx: Transaction,
  report: { readonly journal: JournalReport; readonly epoch: number },
): Promise<void> {
  const { journal, epoch } = report
  const known = await deps.leases.lock(
    tx,
    journal.leases.map(({ leaseId }) => leaseId),
  )
  const ids = new Set(known.map(({ id }) => id))
  for (const lease of journal.leases) {
    if (ids.has(lease.leaseId)) continue
    ids.add(lease.leaseId)
    await repost(deps, tx, { lease, epoch, incarnationId: journal.incarnationId })
  }
}

async function repost(
  deps: RepostDeps,
  tx: Transaction,
  lost: {
    readonly lease: ReportedLease
    readonly epoch: number
    readonly incarnationId: Id<'inc'>
  },
): Promise<void> {
  const { lease, epoch, incarnationId } = lost
  const now = deps.clock.now()
  if (lease.granted === 0n || lease.granted > CLAIM_MAX) {
    await openCases(deps, tx, [unrecoverable(lease, incarnationId)])
    return
  }
  await deps.leases.lockPayer(tx, lease.payerId)
  const windows = await knownWindows(deps, tx, lease)
  await deps.leases.add(
    tx,
    {
      id: lease.leaseId,
      incarnationId,
      requestId: null,
      payerId: lease.payerId,
      asset: USD.id,
      granted: lease.granted,
      epoch,
      stopsAt: now,
      openedAt: now,
    },
    windows,
  )
  await deps.caps.retake(tx, windows, lease.granted)
  const available = accountNames.available(lease.payerId)
  const leased = accountNames.leased(lease.payerId, incarnationId)
  await deps.ledger.openAccounts(tx, [available, leased, accountNames.platform('suspense')], USD.id)
  const balance = await deps.ledger.balance(tx, available, USD.id)
  const short = lease.granted - balance.available
  const transfers: TransferRequest[] = []
  if (short > 0n) {
    const advance = { leaseId: lease.leaseId, payerId: lease.payerId, asset: USD.id, amount: short }
    await deps.leases.addAdvance(tx, advance, now)
    transfers.push({
      id: transferIdOf('advance', lease.leaseId),
      debit: accountNames.platform('suspense'),
      credit: available,
      amount: money(short, USD.id),
      reference: lease.leaseId,
    })
  }
  transfers.push({
    id: transferIdOf('lease grant', lease.leaseId),
    debit: available,
    credit: leased,
    amount: money(lease.granted, USD.id),
    reference: lease.leaseId,
  })
  await deps.ledger.post(tx, transfers)
}

/** The windows that it was taken from, of caps that the restored database has; each is made when it has to be. */
async function knownWindows(
  deps: RepostDeps,
  tx: Transaction,
  { payerId, windows }: ReportedLease,
): Promise<WindowKey[]> {
  const ids = windows.map(({ capId }) => capId)
  const caps = new Map((await deps.caps.known(tx, payerId, ids)).map((cap) => [cap.id, cap]))
  const known: WindowKey[] = []
  for (const { capId, startsAt, session } of windows.toSorted(byCap)) {
    const cap = caps.get(capId)
    if (cap === undefined || !isWindowed(cap)) continue
    if ((cap.scope.kind === 'session') !== (session !== '')) continue
    const window = windowAt(cap.period, startsAt)
    const key = { capId, startsAt: window.startsAt, session }
    await deps.caps.lockWindow(tx, { ...key, endsAt: window.endsAt, ceiling: cap.amount })
    known.push(key)
  }
  return known
}

function byCap(a: WindowKey, b: WindowKey): number {
  return a.capId < b.capId ? -1 : 1
}

function unrecoverable(lease: ReportedLease, incarnationId: Id<'inc'>) {
  return {
    kind: 'lease_unrecoverable',
    subject: lease.leaseId,
    organizationId: lease.payerId,
    incarnationId,
    amount: 0n,
    asset: null,
    detail: { reason: 'the reported amount cannot be', granted: lease.granted.toString() },
  } as const
}
