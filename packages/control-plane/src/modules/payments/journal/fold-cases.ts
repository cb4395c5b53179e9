import { money, type AssetId, type Id } from '@mcp-orchestra/kernel'
import type { MeteredCall } from '../../metering/index.ts'
import { accountNames, type TransferRequest } from '../../ledger/index.ts'
import type { CaseKind, CaseOpening } from '../case/case.ts'
import { transferIdOf } from './derived-id.ts'
import type { Intent } from './entry.ts'

/** Gathers what a person has to look at, and books amounts nobody may be charged for as our loss in suspense. */
export interface CaseFolder {
  recordUnreadable(seq: number, reason: string, excerpt: string): void
  recordRefused(seq: number, leaseId: Id<'les'>, reason: string): void
  intentUnresolved(intent: Intent): void
  /** The units of a call are not known or not credible: its server is asked about. */
  usageDoubtful(kind: 'usage_missing' | 'usage_absurd', seq: number, call: MeteredCall): void
  /** Sets a call's amount aside; `subject` groups what belongs together. */
  setAside(
    kind: CaseKind,
    subject: string,
    seq: number,
    call: MeteredCall,
    reason: string,
  ): Id<'txn'> | null
  openings(): CaseOpening[]
  /** loss → suspense, one transfer per asset and subject. */
  transfers(): TransferRequest[]
}

/** Cases of one batch; amounts in an asset that the ledger does not know open a case but no account. */
export function createCaseFolder(
  incarnationId: Id<'inc'>,
  firstSeq: number,
  assets: ReadonlySet<AssetId>,
): CaseFolder {
  const openings = new Map<string, CaseOpening>()
  const transfers = new Map<Id<'txn'>, TransferRequest>()

  function open(opening: CaseOpening): void {
    const key = `${opening.kind}\n${opening.subject}\n${opening.asset ?? ''}`
    const before = openings.get(key)
    const amount = opening.amount + (before?.amount ?? 0n)
    openings.set(key, { ...(before ?? opening), amount })
  }

  return {
    recordUnreadable(seq, reason, excerpt) {
      open({
        kind: 'record_unreadable',
        subject: `${incarnationId}:${seq}`,
        organizationId: null,
        incarnationId,
        amount: 0n,
        asset: null,
        detail: { seq, reason, excerpt },
      })
    },
    recordRefused(seq, leaseId, reason) {
      open({
        kind: 'record_refused',
        subject: leaseId,
        organizationId: null,
        incarnationId,
        amount: 0n,
        asset: null,
        detail: { seq, reason },
      })
    },
    intentUnresolved(intent) {
      open({
        kind: 'intent_unresolved',
        subject: intent.id,
        organizationId: intent.payerId,
        incarnationId,
        amount: 0n,
        asset: null,
        detail: {
          server: intent.serverId,
          tool: intent.tool,
          reserved: intent.reserved.toString(),
          purchase: intent.purchaseId,
        },
      })
    },
    usageDoubtful(kind, seq, call) {
      open({
        kind,
        subject: call.serverId,
        organizationId: call.publisherId,
        incarnationId,
        amount: 0n,
        asset: null,
        detail: {
          seq,
          event: call.id,
          tool: call.tool,
          reserved: call.reserved.toString(),
          input: call.units?.input ?? null,
          output: call.units?.output ?? null,
        },
      })
    },
    setAside(kind, subject, seq, call, reason) {
      open({
        kind,
        subject,
        organizationId: call.payerId,
        incarnationId,
        amount: call.amount,
        asset: call.asset,
        detail: { seq, event: call.id, lease: call.leaseId, reason },
      })
      if (call.amount === 0n || !assets.has(call.asset)) return null
      const id = transferIdOf('suspense', incarnationId, firstSeq, kind, subject, call.asset)
      const amount = call.amount + (transfers.get(id)?.amount.amount ?? 0n)
      transfers.set(id, {
        id,
        debit: accountNames.platform('loss'),
        credit: accountNames.platform('suspense'),
        amount: money(amount, call.asset),
        reference: subject,
      })
      return id
    },
    openings: () => [...openings.values()],
    transfers: () => [...transfers.values()],
  }
}
