import type { Principal } from '@mcp-orchestra/api/permission'
import type { Transaction, Transactions } from '@mcp-orchestra/kernel'
import type { Metering, UsageEvent } from '../../metering/index.ts'
import { refuse } from '../problems.ts'
import { canonicalText, type Signer } from '../signing/signer.ts'
import type { ShareStore } from '../share/ports.ts'
import type { BatchReader } from './ports.ts'
import type { SignedReceipt } from './receipt.ts'
import { writeReceipt } from './write-receipt.ts'

/** Signed receipts of posted calls. */
export interface Receipts {
  /** Of one call, for its payer, its publisher or the operator; a stranger learns nothing (404). */
  ofEvent(principal: Principal, eventId: string): Promise<SignedReceipt>
  /** Of one organization's calls, newest first. */
  list(query: Parameters<Metering['listUsage']>[0]): Promise<SignedReceipt[]>
}

/** What receipts are written from. */
export type ReceiptsDeps = {
  readonly transactions: Transactions
  readonly metering: Pick<Metering, 'usageEvent' | 'listUsage' | 'prices'>
  readonly batches: BatchReader
  readonly shares: Pick<ShareStore, 'ofServers'>
  readonly signer: Pick<Signer, 'open'>
  /** How the platform is reached: who vouches. */
  readonly issuer: string
}

/** Makes receipts. They are not stored: what they are made of never changes. */
export function createReceipts(deps: ReceiptsDeps): Receipts {
  async function write(tx: Transaction, events: readonly UsageEvent[]): Promise<SignedReceipt[]> {
    if (events.length === 0) return []
    const batches = await deps.batches.batchesOf(tx, events)
    const priceIds = new Set(events.flatMap(({ priceId }) => priceId ?? []))
    const prices = await deps.metering.prices(tx, [...priceIds])
    const versions = new Map(prices.map(({ id, version }) => [id, version]))
    const shared = new Set(
      events.flatMap(({ shareId, serverId }) => (shareId === null ? [] : serverId)),
    )
    const agreements = await deps.shares.ofServers(tx, [...shared])
    const sign = await deps.signer.open(tx)
    return events.map((event, index) => {
      const batch = batches[index]
      if (batch === undefined) {
        throw refuse('payments.receipt_unavailable', { members: { eventId: event.id } })
      }
      const priceVersion = event.priceId === null ? null : (versions.get(event.priceId) ?? null)
      const agreement = agreements.find(({ id }) => id === event.shareId)
      const { issuer } = deps
      const receipt = writeReceipt(event, batch, { issuer, priceVersion, agreement })
      return inCanonicalOrder({ receipt, signature: sign(receipt) })
    })
  }

  return {
    async ofEvent(principal, eventId) {
      const event = await deps.metering.usageEvent(principal, eventId)
      const [signed] = await deps.transactions.run((tx) => write(tx, [event]))
      if (signed === undefined) throw refuse('payments.receipt_unavailable')
      return signed
    },
    async list(query) {
      const events = await deps.metering.listUsage(query)
      return deps.transactions.run((tx) => write(tx, events))
    },
  }
}

/** The same document with its members in canonical order, so that its plain JSON text is the canonical one. */
function inCanonicalOrder(signed: SignedReceipt): SignedReceipt {
  return JSON.parse(canonicalText(signed)) as SignedReceipt
}
