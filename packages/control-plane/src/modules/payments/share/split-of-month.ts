import type { AssetId, Id } from '@mcp-orchestra/kernel'
import type { Refund } from '../refund/refund.ts'
import type { ShareAgreement, ShareRole } from './share-agreement.ts'

/** What posted calls of one agreement came to; amounts in the asset's smallest unit. */
export type SoldSum = {
  readonly shareId: Id<'shr'> | null
  readonly asset: AssetId
  readonly posted: bigint
  readonly fee: bigint
  readonly shares: readonly bigint[]
}

/** Who got what of a server's calls of a month, after what was given back of them. */
export type MonthSplit = {
  readonly gross: bigint
  readonly refunded: bigint
  /** Gross less refunds: the fee and the parts sum to it. */
  readonly net: bigint
  readonly fee: bigint
  readonly parts: readonly {
    readonly role: 'publisher' | ShareRole
    readonly organizationId: Id<'org'>
    readonly amount: bigint
  }[]
}

/** Sums what calls were split into, less what refunds of them took back: nothing is split anew here. */
export function splitOfMonth(
  publisherId: Id<'org'>,
  sold: readonly SoldSum[],
  refunds: readonly Pick<Refund, 'shareId' | 'amount' | 'fee' | 'shares'>[],
  agreements: readonly ShareAgreement[],
): MonthSplit {
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n)
  const gross = sum(sold.map(({ posted }) => posted))
  const refunded = sum(refunds.map(({ amount }) => amount))
  const fee = sum(sold.map((one) => one.fee)) - sum(refunds.map((one) => one.fee))
  const parts = new Map<string, MonthSplit['parts'][number]>()
  for (const { id, parties } of agreements) {
    for (const [place, { role, organizationId }] of parties.entries()) {
      const ofThis = (list: readonly { shareId: Id<'shr'> | null; shares: readonly bigint[] }[]) =>
        sum(list.filter(({ shareId }) => shareId === id).map(({ shares }) => shares[place] ?? 0n))
      const key = `${role} ${organizationId}`
      const before = parts.get(key)?.amount ?? 0n
      const amount = before + ofThis(sold) - ofThis(refunds)
      parts.set(key, { role, organizationId, amount })
    }
  }
  const shared = sum([...parts.values()].map(({ amount }) => amount))
  const net = gross - refunded
  const publisher = {
    role: 'publisher' as const,
    organizationId: publisherId,
    amount: net - fee - shared,
  }
  return { gross, refunded, net, fee, parts: [publisher, ...parts.values()] }
}
