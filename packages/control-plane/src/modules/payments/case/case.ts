import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'
import { CHECKS, type Check } from '../reconcile/check.ts'

/** Why a person has to look: each kind is explained in docs/runbooks. */
export const CASE_KINDS = [
  'journal_gap',
  'journal_broken',
  'journal_missing',
  'record_unreadable',
  'record_refused',
  'rating_disagreement',
  'lease_unknown',
  'lease_overspent',
  'late_arrival',
  'duplicate_event',
  'intent_unresolved',
  'usage_missing',
  'usage_absurd',
  'lease_unrecoverable',
  'advance_uncollected',
  'epoch_raised',
  'journal_lost',
  'payout_unknown',
  ...(Object.keys(CHECKS) as Check[]),
] as const
export type CaseKind = (typeof CASE_KINDS)[number]

/** What opens a case, or adds an occurrence to the open one of the same kind and subject. */
export type CaseOpening = {
  readonly kind: CaseKind
  /** The id of what it is about, or `incarnation:sequence`. */
  readonly subject: string
  readonly organizationId: Id<'org'> | null
  readonly incarnationId: Id<'inc'> | null
  /** What is at stake and not charged to anybody, in the asset's smallest unit. */
  readonly amount: bigint
  readonly asset: AssetId | null
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** A case as people see it. */
export type Case = CaseOpening & {
  readonly id: Id<'cas'>
  readonly state: 'open' | 'resolved'
  /** How many records it stands for. */
  readonly occurrences: number
  readonly openedAt: Instant
  readonly lastAt: Instant
}
