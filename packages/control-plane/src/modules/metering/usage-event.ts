import type { CallOutcomeKind, TokenUnits, UnitsFrom } from '@mcp-orchestra/api/journal-record'
import type { AssetId, Id, Instant, MeterUnits } from '@mcp-orchestra/kernel'

/**
 * What became of a call's amount: nothing to pay, posted to publisher and fees, another attempt of a
 * purchase that has posted, or set aside in suspense with a case (never charged to the payer).
 */
export const DISPOSITIONS = ['free', 'posted', 'duplicate_purchase', 'suspense'] as const
export type Disposition = (typeof DISPOSITIONS)[number]

/** One call as the gateway journalled it; amounts in the asset's smallest unit. */
export type MeteredCall = {
  readonly id: Id<'evt'>
  readonly at: Instant
  readonly leaseId: Id<'les'> | null
  readonly payerId: Id<'org'>
  readonly keyId: Id<'key'>
  readonly memberId: Id<'mbr'> | null
  readonly serverId: Id<'srv'>
  readonly publisherId: Id<'org'>
  readonly method: string
  readonly tool: string
  readonly priceId: Id<'prc'> | null
  readonly feeBps: number
  readonly asset: AssetId
  /** The upper bound that was held for it. */
  readonly reserved: bigint
  /** What the gateway claims it costs. */
  readonly amount: bigint
  /** The tokens it was counted by, where its price counts them. */
  readonly units?: TokenUnits | undefined
  readonly unitsFrom?: UnitsFrom | undefined
  readonly outcome: CallOutcomeKind
  readonly purchaseId: Id<'pur'> | null
  /** The mandate that it was bought under. */
  readonly mandateId: Id<'mdt'> | null
  readonly attempt: number
  readonly snapshotVersion: number
  readonly durationMs: number
  readonly requestBytes: number
  readonly resultBytes: number
  /** SHA-256 of the tool's definition as its server last listed it, hex; null when the gateway had seen no list. */
  readonly toolHash: string | null
}

/** A call after posting: where it stands in which journal, what was posted, and by which transfer. */
export type UsageEvent = MeteredCall & {
  readonly incarnationId: Id<'inc'>
  readonly seq: number
  readonly disposition: Disposition
  /** What the payer paid: the rated amount, or zero. */
  readonly posted: bigint
  /**
   * The platform's part of what was posted: the fee that this call added to the cumulative one, so that the
   * parts of all calls of a posting sum to its fee leg. Null for calls posted before it was kept.
   */
  readonly fee: bigint | null
  /** The agreement on shares that it was sold under; null when nobody shares. */
  readonly shareId: Id<'shr'> | null
  /** What of it went to those who share, in the order of the agreement. */
  readonly shares: readonly bigint[]
  readonly transferId: Id<'txn'> | null
  /** Of a posted call: the gross of its payer and publisher before it, which its fee is cumulative over. */
  readonly grossBefore?: bigint | undefined
  /** Of a charged call: the units of its month before it, of the meters where they decide what it costs. */
  readonly unitsBefore?: MeterUnits | undefined
}
