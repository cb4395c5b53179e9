import type { Clock } from '@mcp-orchestra/kernel'
import type { Charging } from '../charge/charge.ts'
import type { UpstreamOutcomes } from '../health/upstream-outcomes.ts'
import type { PurchaseForwarder } from '../route/purchase-forwarder.ts'
import type { Endpoints } from '../route/endpoint.ts'
import type { InFlight } from '../upstream/in-flight.ts'
import type { OpenLink } from '../upstream/links.ts'
import type { ModernUpstream } from '../upstream/modern-upstream.ts'
import type { FinishParts } from './delivery/finish.ts'
import type { Peers } from './peers.ts'
import type { SnapshotReplica } from '../snapshot/replica.ts'
import type { SessionIds } from './session/session-ids.ts'
import type { SessionStore } from './session/session-store.ts'

/** What the relay is made of: the steps of a call that others build, and its own pools and tables. */
export type RelayParts = FinishParts & {
  readonly endpoints: Endpoints
  readonly charging: Charging
  /** Sends keyed purchases to the gateway that keeps them; absent where there is only one. */
  readonly purchases?: PurchaseForwarder
  /** Servers as they are registered now. */
  readonly servers: Pick<SnapshotReplica, 'serverById'>
  /** Told of each try to reach a server; its breaker may refuse one before. */
  readonly outcomes: UpstreamOutcomes
  readonly clock: Clock
  readonly inFlight: InFlight
  readonly sessions: SessionStore
  readonly sessionIds: SessionIds
  /** Servers as legacy clients see them. */
  readonly openLink: OpenLink
  /** Servers as modern clients see them. */
  readonly modern: ModernUpstream
  readonly peers: Peers
  /** Whether clients that speak HTTP+SSE only (MCP 2024-11-05) are served. */
  readonly legacySse?: boolean
  /** A fault of ours, with the request id that the client was told. */
  readonly onBug: (error: unknown, requestId: string) => void
}
