import { RECEIPT_TYPE } from '@mcp-orchestra/api/routes/receipts'
import { assert, toRfc3339 } from '@mcp-orchestra/kernel'
import type { UsageEvent } from '../../metering/index.ts'
import { merklePath } from '../journal/merkle.ts'
import type { AppliedBatch } from '../ports.ts'
import { refuse } from '../problems.ts'
import type { ShareAgreement } from '../share/share-agreement.ts'
import type { Receipt } from './receipt.ts'

/**
 * What the platform vouches for of a call (spending §4.16): pure, of rows that never change, so that the same
 * call has the same receipt for ever.
 */
export function writeReceipt(
  event: UsageEvent,
  batch: AppliedBatch,
  known: {
    readonly issuer: string
    readonly priceVersion: number | null
    readonly agreement: ShareAgreement | undefined
  },
): Receipt {
  const index = event.seq - batch.firstSeq
  const leaf = batch.leaves[index]
  assert(leaf !== undefined, 'the batch covers the record')
  return {
    type: RECEIPT_TYPE,
    issuer: known.issuer,
    eventId: event.id,
    at: toRfc3339(event.at),
    payerId: event.payerId,
    publisherId: event.publisherId,
    serverId: event.serverId,
    method: event.method,
    tool: event.tool,
    toolHash: event.toolHash,
    outcome: event.outcome,
    disposition: event.disposition,
    purchaseId: event.purchaseId,
    // A receipt of a call without a mandate has the bytes that it always had.
    ...(event.mandateId === null ? {} : { mandateId: event.mandateId }),
    priceId: event.priceId,
    priceVersion: known.priceVersion,
    units: { request: '1' },
    amount: event.posted.toString(),
    asset: event.asset,
    split: splitOf(event, known.agreement),
    transferId: event.transferId,
    journal: {
      incarnationId: event.incarnationId,
      seq: event.seq,
      recordHash: leaf.toString('hex'),
    },
    batch: {
      firstSeq: batch.firstSeq,
      lastSeq: batch.lastSeq,
      merkleRoot: batch.merkleRoot.toString('hex'),
      path: merklePath(batch.leaves, index).map((hash) => hash.toString('hex')),
      appliedAt: toRfc3339(batch.appliedAt),
    },
  }
}

/** Who got the amount: the parts sum to it, and a part of nothing is not named. */
function splitOf(
  { id, posted, fee, shares, publisherId }: UsageEvent,
  agreement: ShareAgreement | undefined,
): Receipt['split'] {
  if (posted === 0n) return []
  if (fee === null) throw refuse('payments.receipt_unavailable', { members: { eventId: id } })
  const publisher = shares.reduce((rest, share) => rest - share, posted - fee)
  const parts: Receipt['split'] = [
    { role: 'publisher', organizationId: publisherId, amount: publisher.toString() },
    { role: 'platform', organizationId: null, amount: fee.toString() },
    ...(agreement?.parties ?? []).map(({ role, organizationId }, index) => ({
      role,
      organizationId,
      amount: (shares[index] ?? 0n).toString(),
    })),
  ]
  return parts.filter(({ amount }) => amount !== '0')
}
