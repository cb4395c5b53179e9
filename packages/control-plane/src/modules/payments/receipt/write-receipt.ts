import { RECEIPT_TYPE } from '@mcp-orchestra/api/routes/receipts'
import { assert, toRfc3339 } from '@mcp-orchestra/kernel'
import type { UsageEvent } from '../../metering/index.ts'
import { merklePath } from '../journal/merkle.ts'
import type { AppliedBatch } from '../ports.ts'
import { refuse } from '../problems.ts'
import type { ShareAgreement } from '../share/share-agreement.ts'
import { splitOfCall } from '../share/split-of-call.ts'
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

/** Who got the amount. */
function splitOf(event: UsageEvent, agreement: ShareAgreement | undefined): Receipt['split'] {
  const parts = splitOfCall(event, agreement)
  if (parts === undefined) {
    throw refuse('payments.receipt_unavailable', { members: { eventId: event.id } })
  }
  return parts.map((part) => ({ ...part, amount: part.amount.toString() }))
}
