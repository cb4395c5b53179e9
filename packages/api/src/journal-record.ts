import { z } from 'zod'
import { AmountText } from './amount.ts'

/** How a call ended, for the outcome table (spending §3.11). */
export const CALL_OUTCOMES = [
  'complete',
  'tool_error',
  'input_required',
  'task_created',
  'rpc_error',
  'timeout',
  'upstream_failed',
  'unauthorized',
  'result_too_large',
  'invalid_result',
  'cancelled',
  'limit_reached',
  'refused',
] as const
export type CallOutcomeKind = (typeof CALL_OUTCOMES)[number]

/** Who said how many tokens a metered call used; nobody: then it is not charged. */
export const UNITS_FROM = ['server', 'tokenizer', 'missing'] as const
export type UnitsFrom = (typeof UNITS_FROM)[number]

/** Tokens that a metered call used. */
export const TokenUnits = z.object({ input: z.int().min(0), output: z.int().min(0) })
export type TokenUnits = z.infer<typeof TokenUnits>

/** One call, charged or not. `amount` never exceeds `reserved`; both are zero for a free call. */
export const UsageRecord = z.object({
  kind: z.literal('usage'),
  id: z.string(),
  atMs: z.int(),
  leaseId: z.string().nullable(),
  payerId: z.string(),
  keyId: z.string(),
  memberId: z.string().nullable(),
  serverId: z.string(),
  publisherId: z.string(),
  method: z.string(),
  tool: z.string(),
  priceId: z.string().nullable(),
  feeBps: z.int().min(0).max(10_000),
  asset: z.string(),
  reserved: AmountText,
  amount: AmountText,
  /** Of charged calls whose price counts tokens, and of those that could not be charged because nobody counted. */
  units: TokenUnits.optional(),
  unitsFrom: z.enum(UNITS_FROM).optional(),
  outcome: z.enum(CALL_OUTCOMES),
  /** Set for keyed purchases: the same purchase posts once, whatever happens (spending §3.10). */
  purchaseId: z.string().nullable(),
  /** The mandate that it was bought under; absent when the buyer has none. */
  mandateId: z.string().optional(),
  attempt: z.int().min(1),
  snapshotVersion: z.int(),
  durationMs: z.number().min(0),
  requestBytes: z.int().min(0),
  resultBytes: z.int().min(0),
  /** SHA-256 of the tool's definition as its server last listed it, hex; absent when it was not listed here. */
  toolHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
export type UsageRecord = z.infer<typeof UsageRecord>

/** Written before the upstream call where an unknown end must not stay unknown (spending §3.10 and §3.12). */
export const IntentRecord = z.object({
  kind: z.literal('intent'),
  id: z.string(),
  atMs: z.int(),
  leaseId: z.string(),
  payerId: z.string(),
  serverId: z.string(),
  tool: z.string(),
  reserved: AmountText,
  purchaseId: z.string().nullable(),
  /** Whether an unresolved one opens a case: reserved above the configured amount. */
  opensCase: z.boolean(),
})
export type IntentRecord = z.infer<typeof IntentRecord>

/** A keyed purchase's stored outcome: stays on the gateway's disk; only its digest is shipped. */
export const OutcomeRecord = z.object({
  kind: z.literal('outcome'),
  purchaseId: z.string(),
  requestDigest: z.string(),
  atMs: z.int(),
  /** AES-256-GCM of the JSON-RPC result, base64; null when it was over the size cap. */
  sealed: z.string().nullable(),
})
export type OutcomeRecord = z.infer<typeof OutcomeRecord>

/** Gives back a free part of a lease; never more than is free. */
export const LeaseReturnRecord = z.object({
  kind: z.literal('lease_return'),
  leaseId: z.string(),
  amount: AmountText,
})
/** The last word on a lease: nothing is in flight and every lower sequence is written (spending §1.3). */
export const LeaseCloseRecord = z.object({ kind: z.literal('lease_close'), leaseId: z.string() })
/** The last word of an incarnation: closes whatever it was granted, known to it or not (spending §1.4). */
export const IncarnationEndRecord = z.object({ kind: z.literal('incarnation_end') })

/** What a journal record may say. */
export const JournalPayload = z.discriminatedUnion('kind', [
  UsageRecord,
  IntentRecord,
  OutcomeRecord,
  LeaseReturnRecord,
  LeaseCloseRecord,
  IncarnationEndRecord,
])
export type JournalPayload = z.infer<typeof JournalPayload>
