import type { Id } from '@mcp-orchestra/kernel'
import type { UsageEvent } from '../../metering/index.ts'
import type { ShareAgreement, ShareRole } from './share-agreement.ts'

/** Somebody's part of what a call was paid. */
export type CallPart = {
  readonly role: 'publisher' | 'platform' | ShareRole
  /** Null for the platform. */
  readonly organizationId: Id<'org'> | null
  /** In the asset's smallest unit. */
  readonly amount: bigint
}

/**
 * Who got what a call was paid, by its event and the agreement that the event names: the parts sum to what was
 * posted, and a part of nothing is not named. Undefined for a call whose fee was not written down.
 */
export function splitOfCall(
  { posted, fee, shares, publisherId }: UsageEvent,
  agreement: ShareAgreement | undefined,
): CallPart[] | undefined {
  if (fee === null) return posted === 0n ? [] : undefined
  const publisher = shares.reduce((rest, share) => rest - share, posted - fee)
  const parts: CallPart[] = [
    { role: 'publisher', organizationId: publisherId, amount: publisher },
    { role: 'platform', organizationId: null, amount: fee },
    ...(agreement?.parties ?? []).map(({ role, organizationId }, index) => ({
      role,
      organizationId,
      amount: shares[index] ?? 0n,
    })),
  ]
  return parts.filter(({ amount }) => amount > 0n)
}
