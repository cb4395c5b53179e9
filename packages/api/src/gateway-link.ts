import { z } from 'zod'
import { AmountText } from './amount.ts'
import { PATH_CAPS_MAX } from './cap-scope.ts'

/**
 * The link between a gateway and the control plane (architecture §10). JSON over HTTP; bearer = the
 * secret of the gateway's slot. Every call names the incarnation, so that a dead process cannot speak.
 */
export const LINK_PATHS = {
  incarnations: '/internal/incarnations',
  snapshot: '/internal/snapshot',
  acknowledge: '/internal/snapshot/acknowledge',
  head: '/internal/snapshot/head',
  leases: '/internal/leases',
  usage: '/internal/usage',
  health: '/internal/health',
  audit: '/internal/audit',
  credentials: '/internal/credentials',
} as const

/** A window of a cap that a lease was taken from; `session` where the cap binds each session. */
export const LeaseWindow = z.object({
  capId: z.string(),
  startsAtMs: z.int().min(0),
  session: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
export type LeaseWindow = z.infer<typeof LeaseWindow>

/** Sent once by a process before anything else: what it is and what it found on its disk. */
export const IncarnationRequest = z.object({
  incarnationId: z.string(),
  gateway: z.string().min(1).max(63),
  /** Journals of earlier incarnations still on disk, to be shipped and ended, or reconciled after a restore. */
  journals: z.array(
    z.object({
      incarnationId: z.string(),
      lastSeq: z.int().min(0),
      /** The highest sequence that the control plane ever acknowledged to us: above the cursor means the database went back. */
      acknowledgedSeq: z.int().min(0),
      leases: z.array(
        z.object({
          leaseId: z.string(),
          payerId: z.string(),
          granted: AmountText,
          /** Absent in journals of before it was told: such a lease counts in no cap after a restore. */
          windows: z.array(LeaseWindow).max(PATH_CAPS_MAX).optional(),
        }),
      ),
    }),
  ),
})
export type IncarnationRequest = z.infer<typeof IncarnationRequest>

/** A position in a journal: the last applied sequence and its hash (hex), which the next record must name. */
export const JournalCursor = z.object({
  incarnationId: z.string(),
  seq: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.enum(['open', 'ended', 'lost']),
})
export type JournalCursor = z.infer<typeof JournalCursor>

export const IncarnationResponse = z.object({ epoch: z.int(), cursors: z.array(JournalCursor) })
export type IncarnationResponse = z.infer<typeof IncarnationResponse>

/** Asks for a lease over one scope path. A repeat with the same id gets the same lease. */
export const LeaseRequest = z.object({
  requestId: z.string(),
  incarnationId: z.string(),
  payerId: z.string(),
  /** Every hard cap with windows on the scope path of the calls it is for, sorted. */
  capIds: z.array(z.string()).max(PATH_CAPS_MAX),
  /** Which session the calls are of, where a cap on the path binds each session: SHA-256, hex. */
  session: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  asset: z.string(),
  /** What the waiting calls need at the least, in atomic units. */
  needed: AmountText,
  /** What would save further asking; the control plane may grant anything from `needed` up. */
  wanted: AmountText,
})
export type LeaseRequest = z.infer<typeof LeaseRequest>

/** A granted vector: `granted` was taken from the balance and from each named window, or from none. */
export const Lease = z.object({
  leaseId: z.string(),
  payerId: z.string(),
  capIds: z.array(z.string()),
  /** What it was taken from besides the balance: told again when the database has lost the lease (spending §5.18). */
  windows: z.array(LeaseWindow).optional(),
  asset: z.string(),
  granted: AmountText,
  epoch: z.int(),
  /** New reservations stop this long after the request was *sent* (monotonic); it never frees money (spending §1.3). */
  ttlMs: z.int().min(1),
})
export type Lease = z.infer<typeof Lease>

/** The answer to a lease request: a lease, or why none. `recalling`: other leases give back; ask again after `retryAfterMs`. */
export const LeaseResponse = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('granted'), lease: Lease }),
  z.object({ kind: z.literal('insufficient_funds'), available: AmountText }),
  z.object({ kind: z.literal('cap_exceeded'), capId: z.string(), remaining: AmountText }),
  z.object({ kind: z.literal('recalling'), retryAfterMs: z.int().min(1) }),
  z.object({ kind: z.literal('frozen'), reason: z.string() }),
])
export type LeaseResponse = z.infer<typeof LeaseResponse>

/**
 * One record as shipped. `hash` = SHA-256(previous hash ‖ u64be seq ‖ payload digest); `payload` is the
 * exact journalled text, or null for records that stay on the gateway (stored outcomes).
 */
export const ShippedRecord = z.object({
  seq: z.int().min(1),
  payload: z.string().nullable(),
  payloadDigest: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})
export type ShippedRecord = z.infer<typeof ShippedRecord>

/** The largest batch: one transaction of the control plane stays well under a second. */
export const USAGE_BATCH_RECORDS_MAX = 500

/** A batch, accepted only when its first sequence is cursor + 1 (spending §4.15). */
export const UsageBatch = z.object({
  incarnationId: z.string(),
  records: z.array(ShippedRecord).min(1).max(USAGE_BATCH_RECORDS_MAX),
})
export type UsageBatch = z.infer<typeof UsageBatch>

/** Where the journal stands now; `applied` is false when the batch did not start at the cursor. */
export const UsageBatchResponse = z.object({ applied: z.boolean(), cursor: JournalCursor })
export type UsageBatchResponse = z.infer<typeof UsageBatchResponse>

/** A tool as a gateway found it. */
export const ObservedTool = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
  /** SHA-256 of the definition's bytes as received. */
  definitionHash: z.string(),
  inputSchema: z.unknown().optional(),
  /** Why merged lists do not show it, a sentence; absent when they do. */
  quarantined: z.string().optional(),
})
export type ObservedTool = z.infer<typeof ObservedTool>

/** What one gateway knows of one server's health. */
export const ServerHealthReport = z.object({
  serverId: z.string(),
  probeId: z.string().nullable(),
  state: z.enum(['unknown', 'healthy', 'degraded', 'down']),
  era: z.enum(['legacy', 'modern']).nullable(),
  revision: z.string().nullable(),
  /** Why it is not healthy: a sentence, without secrets. */
  reason: z.string().nullable(),
  latencyMsP50: z.number().nullable(),
  latencyMsP99: z.number().nullable(),
  /** Null when the tools were not listed since the last report. */
  tools: z.array(ObservedTool).nullable(),
  observedAtMs: z.int(),
})
export type ServerHealthReport = z.infer<typeof ServerHealthReport>

export const HealthReport = z.object({
  incarnationId: z.string(),
  servers: z.array(ServerHealthReport).max(1_000),
})
export type HealthReport = z.infer<typeof HealthReport>

export const SnapshotAcknowledgement = z.object({ incarnationId: z.string(), version: z.int() })
export type SnapshotAcknowledgement = z.infer<typeof SnapshotAcknowledgement>

/** The longest `WWW-Authenticate` header that is passed on, in characters. */
export const CHALLENGE_CHARS_MAX = 8_192

/** Asks for the token with which a server is called in somebody's name, or tells that one was refused. */
export const CredentialRequest = z.object({
  serverId: z.string(),
  organizationId: z.string(),
  memberId: z.string().nullable(),
  /** What the server refused: the generation of the token, null when it had none; and its `WWW-Authenticate`. */
  refused: z
    .object({
      generation: z.int().nullable(),
      status: z.union([z.literal(401), z.literal(403)]),
      challenge: z.string().max(CHALLENGE_CHARS_MAX).nullable(),
    })
    .nullable(),
})
export type CredentialRequest = z.infer<typeof CredentialRequest>

/** The token, or why there is none. Nothing of it is written down by a gateway. */
export const CredentialAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('token'),
    holderId: z.string(),
    accessToken: z.string(),
    generation: z.int(),
    /** Null when the authorization server did not say. */
    expiresAtMs: z.int().nullable(),
    /** The address that it is for; another one never gets it. */
    serverUrl: z.string(),
  }),
  /** Somebody has to authorize, at this page: for the first time, again, or for more. */
  z.object({
    kind: z.literal('authorization_required'),
    reason: z.enum(['not_connected', 'expired', 'more_scopes']),
    url: z.url(),
  }),
  /** No authorization would help. */
  z.object({ kind: z.literal('refused'), detail: z.string() }),
  /** The authorization server cannot be used now. */
  z.object({ kind: z.literal('unavailable'), detail: z.string() }),
])
export type CredentialAnswer = z.infer<typeof CredentialAnswer>

/** The largest report of refused handles: they are coalesced, so more would be an attack by many keys. */
export const REFUSALS_PER_REPORT_MAX = 500

/** Handles that a gateway did not let in, counted by key, endpoint, kind and fault. */
export const RefusedHandlesReport = z.object({
  incarnationId: z.string().min(1).max(40),
  entries: z
    .array(
      z.object({
        /** Of the audit entry: a report that comes twice is written once. */
        id: z.string().min(1).max(40),
        action: z.enum([
          'gateway.session_refused',
          'gateway.request_state_refused',
          'gateway.task_refused',
        ]),
        organizationId: z.string(),
        keyId: z.string(),
        endpointId: z.string().max(100),
        fault: z.enum(['unreadable', 'expired', 'misplaced']),
        count: z.int().min(1),
      }),
    )
    .max(REFUSALS_PER_REPORT_MAX),
})
export type RefusedHandlesReport = z.infer<typeof RefusedHandlesReport>
