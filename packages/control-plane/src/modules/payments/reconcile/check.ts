import type { AssetId, Id } from '@mcp-orchestra/kernel'

/** What is compared; a difference opens a case of the same kind. */
export const CHECKS = {
  books_unbalanced: 'Per asset, all debits equal all credits',
  balance_differs: 'Every balance is what its transfers say',
  closing_differs: 'Every closing of a day is what the transfers until then say',
  limit_broken: 'No limited account is on its other side',
  lease_differs: 'What leases have left is what stands on their accounts',
  usage_differs: 'What calls were posted for is what their transfers moved',
  fees_differ: 'The fees of all sales are what platform:fees holds',
  rail_differs: 'What came in and went out by a rail is what its account says',
  reserve_differs: 'What open disputes hold is what stands on reserves',
  refunds_differ: 'What was given back of sales is what refunds say',
  payout_differs: 'What payouts under way hold is what is held of earnings',
  liabilities_uncovered: 'What is owed is not more than what is held',
} as const satisfies Readonly<Record<string, string>>

/** One of {@link CHECKS}. */
export type Check = keyof typeof CHECKS

/** A difference, however small. */
export type Finding = {
  readonly check: Check
  /** The account, the transfer or the asset that it is about. */
  readonly subject: string
  readonly organizationId: Id<'org'> | null
  readonly asset: AssetId
  /** In the asset's smallest unit. */
  readonly expected: bigint
  readonly found: bigint
  /** What else helps whoever looks at it. */
  readonly note: string
}
