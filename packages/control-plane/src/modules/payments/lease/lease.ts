import type { AssetId, Id } from '@mcp-orchestra/kernel'

/** What a lease has been through: amounts in the asset's smallest unit, `used + returned <= granted`. */
export type LeaseBalance = {
  readonly granted: bigint
  readonly used: bigint
  readonly returned: bigint
}

/** A bounded part of a payer's balance, and of every cap above the call, held by one gateway process. */
export type Lease = LeaseBalance & {
  readonly id: Id<'les'>
  readonly incarnationId: Id<'inc'>
  readonly payerId: Id<'org'>
  readonly asset: AssetId
  /** Only an open lease can be spent; a closed or lost one has nothing left. */
  readonly state: 'open' | 'closed' | 'lost'
}

/** What is neither used nor returned: it stands on the incarnation's leased account. */
export function remainderOf(lease: LeaseBalance): bigint {
  return lease.granted - lease.used - lease.returned
}

/**
 * New reservations on a lease stop this long after the request was sent: long enough that a busy
 * gateway renews seldom, short enough that a changed cap or price path reaches every lease in minutes.
 */
export const LEASE_TTL_MS = 300_000
