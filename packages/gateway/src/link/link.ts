import {
  CredentialAnswer,
  IncarnationResponse,
  LeaseResponse,
  LINK_PATHS,
  UsageBatchResponse,
  type CredentialRequest,
  type HealthReport,
  type IncarnationRequest,
  type LeaseRequest,
  type RefusedHandlesReport,
  type UsageBatch,
} from '@mcp-orchestra/api/gateway-link'
import { SnapshotMessage } from '@mcp-orchestra/api/snapshot'
import { z } from 'zod'
import { createExchange } from './exchange.ts'
import { readLines } from './lines.ts'
import { refuse } from './problems.ts'

/** Where the control plane's log stands. */
export const SnapshotHead = z.object({ version: z.int().min(0), epoch: z.int() })
export type SnapshotHead = z.infer<typeof SnapshotHead>

/**
 * The internal API of the control plane, typed (architecture §10). Everything is parsed on arrival, bounded
 * in time and, because each call is idempotent by its own id, repeated a few times when the link breaks.
 */
export interface ControlPlaneLink {
  registerIncarnation(request: IncarnationRequest): Promise<IncarnationResponse>
  acknowledge(version: number): Promise<void>
  head(): Promise<SnapshotHead>
  /** A repeat carries the same request id and so gets the same lease (spending §1.5). */
  requestLease(request: LeaseRequest): Promise<LeaseResponse>
  shipUsage(batch: UsageBatch): Promise<UsageBatchResponse>
  reportHealth(report: HealthReport): Promise<void>
  /** For the audit trail; a repeat is written once, by its entries' ids. */
  reportRefusals(report: RefusedHandlesReport): Promise<void>
  /** The token with which a server is called in somebody's name; it may have to be renewed first. */
  requestCredential(request: CredentialRequest): Promise<CredentialAnswer>
  /** The numbered stream after a version; ends or rejects when the link breaks. */
  followSnapshot(after: number, signal: AbortSignal): AsyncIterable<SnapshotMessage>
  close(): Promise<void>
}

/** Where the control plane is, who this process is, and the secret of its slot. */
export type LinkOptions = {
  readonly url: string
  readonly secret: string
  readonly incarnationId: string
}

/** The head is asked while a caller waits for an unknown key: no longer than a second (spending §7.21). */
const HEAD_TIMEOUT_MS = 1_000
/** A lease is asked while a call waits; the control plane's own lock waits are shorter than this. */
const LEASE_TIMEOUT_MS = 3_000
/** One batch is one transaction well under a second; a loaded machine may need several. */
const USAGE_TIMEOUT_MS = 10_000
/** The control plane may have to ask an authorization server, which has ten seconds for each of its answers. */
const CREDENTIAL_TIMEOUT_MS = 25_000
/** Nobody waits for these. */
const BACKGROUND_TIMEOUT_MS = 5_000

const Nothing = z.unknown()

/** Connects to the control plane; nothing is sent before the first call. */
export function createControlPlaneLink(options: LinkOptions): ControlPlaneLink {
  const exchange = createExchange(options.url, options.secret)
  const { incarnationId } = options
  return {
    registerIncarnation: (body) =>
      exchange.send({
        path: LINK_PATHS.incarnations,
        body,
        answer: IncarnationResponse,
        timeoutMs: BACKGROUND_TIMEOUT_MS,
      }),
    async acknowledge(version) {
      const body = { incarnationId, version }
      await exchange.send({
        path: LINK_PATHS.acknowledge,
        body,
        answer: Nothing,
        timeoutMs: BACKGROUND_TIMEOUT_MS,
      })
    },
    head: () =>
      exchange.send({ path: LINK_PATHS.head, answer: SnapshotHead, timeoutMs: HEAD_TIMEOUT_MS }),
    requestLease: (body) =>
      exchange.send({
        path: LINK_PATHS.leases,
        body,
        answer: LeaseResponse,
        timeoutMs: LEASE_TIMEOUT_MS,
      }),
    shipUsage: (body) =>
      exchange.send({
        path: LINK_PATHS.usage,
        body,
        answer: UsageBatchResponse,
        timeoutMs: USAGE_TIMEOUT_MS,
      }),
    async reportHealth(body) {
      await exchange.send({
        path: LINK_PATHS.health,
        body,
        answer: Nothing,
        timeoutMs: BACKGROUND_TIMEOUT_MS,
      })
    },
    requestCredential: (body) =>
      exchange.send({
        path: LINK_PATHS.credentials,
        body,
        answer: CredentialAnswer,
        timeoutMs: CREDENTIAL_TIMEOUT_MS,
      }),
    async reportRefusals(body) {
      await exchange.send({
        path: LINK_PATHS.audit,
        body,
        answer: Nothing,
        timeoutMs: BACKGROUND_TIMEOUT_MS,
      })
    },
    async *followSnapshot(after, signal) {
      const query = new URLSearchParams({ after: String(after), incarnation: incarnationId })
      const body = await exchange.open(`${LINK_PATHS.snapshot}?${query.toString()}`, signal)
      for await (const line of readLines(body)) yield parseMessage(line)
    },
    close: () => exchange.close(),
  }
}

function parseMessage(line: string): SnapshotMessage {
  try {
    return SnapshotMessage.parse(JSON.parse(line))
  } catch (cause) {
    throw refuse('link.garbled', { detail: 'A line of the snapshot is not a message.', cause })
  }
}
