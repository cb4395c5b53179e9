import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import {
  fromUuid,
  type Clock,
  type Ids,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import type { ClosingDifference, LedgerAudit } from '../../ledger/index.ts'
import type { Metering } from '../../metering/index.ts'
import { openCases } from '../case/open-cases.ts'
import type { CaseStore, ReconciliationStore } from '../ports.ts'
import type { Finding } from './check.ts'
import { aboutOf, compareAccounts } from './compare-accounts.ts'
import { compareRecords } from './compare-records.ts'
import { FINDINGS_KEPT_MAX, type Compared, type Reconciliation } from './reconciliation.ts'

/** What a reconciliation is made of. */
export type ReconcileDeps = {
  readonly transactions: Transactions
  readonly reconciliations: ReconciliationStore
  readonly cases: CaseStore
  readonly ledgerAudit: LedgerAudit
  readonly metering: Pick<Metering, 'postedSums'>
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
  /** Tells whoever watches, after the commit, that the books differ. */
  readonly alert: (reconciliation: Reconciliation) => void
}

type Comparison = { readonly compared: Compared; readonly findings: readonly Finding[] }

/**
 * Compares everything that must be equal, as it was at one moment: accounts with their transfers, closings,
 * leases, usage, fees and rails. The first unit of difference opens a case and raises an alert. Audited
 * when a person asked. One at a time.
 */
export async function reconcileBooks(
  deps: ReconcileDeps,
  principal: Principal | undefined,
): Promise<Reconciliation> {
  const startedAt = deps.clock.now()
  const { compared, findings } = await deps.transactions.run((tx) => readAndCompare(deps, tx))
  const done: Reconciliation = {
    id: deps.ids.make('rcn'),
    askedBy: principal === undefined ? null : (principal.keyId ?? principal.memberId ?? 'system'),
    startedAt,
    finishedAt: deps.clock.now(),
    compared,
    findings: findings.slice(0, FINDINGS_KEPT_MAX),
    found: findings.length,
  }
  await deps.transactions.run(async (tx) => {
    await deps.reconciliations.add(tx, done)
    await openCases(deps, tx, done.findings.map(caseOf))
    if (done.askedBy === null) return
    await deps.audit.record(tx, {
      organizationId: null,
      actor: done.askedBy,
      action: 'ledger.reconciled',
      target: done.id,
      detail: { found: done.found },
    })
  })
  if (done.found > 0) deps.alert(done)
  return done
}

async function readAndCompare(deps: ReconcileDeps, tx: Transaction): Promise<Comparison> {
  await deps.reconciliations.begin(tx)
  const accounts = await deps.ledgerAudit.accounts(tx)
  const closings = await deps.ledgerAudit.closings(tx)
  const records = await deps.reconciliations.records(tx)
  const usage = await compareUsage(deps, tx)
  const assets = new Set(accounts.map(({ asset }) => asset)).size
  return {
    findings: [
      ...compareAccounts(accounts),
      ...closings.map(closingFinding),
      ...compareRecords(accounts, records),
      ...usage.findings,
    ],
    compared: {
      books_unbalanced: assets,
      balance_differs: accounts.length,
      closing_differs: accounts.length,
      limit_broken: accounts.length,
      lease_differs: records.leased.length,
      usage_differs: usage.transfers,
      fees_differ: records.fees.length,
      reserve_differs: records.reserved.length,
      refunds_differ: records.refunded.length,
      rail_differs: records.topUps.length + records.clearing.length,
      payout_differs: accounts.length,
      liabilities_uncovered: assets,
    },
  }
}

function closingFinding({ name, asset, day, drawn, rebuilt }: ClosingDifference): Finding {
  const fields = ['debitsPosted', 'creditsPosted', 'debitsHeld', 'creditsHeld'] as const
  const wrong = fields.find((field) => drawn[field] !== rebuilt[field]) ?? 'creditsPosted'
  const [expected, found] = [rebuilt[wrong], drawn[wrong]]
  return {
    check: 'closing_differs',
    ...aboutOf(name),
    asset,
    expected,
    found,
    note: `${wrong} at the end of ${day}`,
  }
}

/** Every transfer that calls name moved, with the legs beside it, what the calls were posted for. */
async function compareUsage(
  { metering, ledgerAudit }: ReconcileDeps,
  tx: Transaction,
): Promise<{ readonly transfers: number; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = []
  let transfers = 0
  for await (const sums of metering.postedSums(tx)) {
    const totals = await ledgerAudit.groupTotals(
      tx,
      sums.map(({ transferId }) => transferId),
    )
    transfers += sums.length
    for (const { transferId, asset, posted } of sums) {
      const found = totals.get(transferId) ?? 0n
      if (found === posted) continue
      findings.push({
        check: 'usage_differs',
        subject: fromUuid('txn', transferId),
        organizationId: null,
        asset,
        expected: posted,
        found,
        note: 'what the calls were posted for, and what the transfer and its legs moved',
      })
    }
  }
  return { transfers, findings }
}

function caseOf({ check, subject, organizationId, asset, expected, found, note }: Finding) {
  return {
    kind: check,
    subject,
    organizationId,
    incarnationId: null,
    amount: expected > found ? expected - found : found - expected,
    asset,
    detail: { expected: expected.toString(), found: found.toString(), note },
  }
}
