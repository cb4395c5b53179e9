import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import path from 'node:path'
import type { Clock, Ids } from '@mcp-orchestra/kernel'
import type { RefusedHandles } from './audit/refused-handles.ts'
import type { CallerIdentity } from './authorize/caller.ts'
import { createAuthorizer } from './authorize/create-authorizer.ts'
import { refuse as refuseAuthorization } from './authorize/problems.ts'
import type { GatewayConfig } from './config.ts'
import type { GatewayEvents } from './events.ts'
import { createEraBook, type EraBook } from './health/era-book.ts'
import { createProber, type Prober } from './health/prober.ts'
import { createServerHealth, type ServerHealth } from './health/server-health.ts'
import { createEndedSessions } from './listen/session/ended-sessions.ts'
import { createSessionNotes } from './listen/session/session-notes.ts'
import { createRelay, type Relay } from './relay.ts'
import { abortRevoked } from './revocation.ts'
import { createAggregateCore } from './route/aggregate/aggregate-core.ts'
import { createAggregateEndpoint } from './route/aggregate/aggregate-endpoint.ts'
import { createMetaToolsEndpoint } from './route/aggregate/meta-tools/meta-tools-endpoint.ts'
import { createEndpoints } from './route/endpoints.ts'
import { createPurchaseOwners } from './route/owner.ts'
import { createPurchaseForwarder, type PurchaseForwarder } from './route/purchase-forwarder.ts'
import type { FollowingReplica } from './snapshot/create-replica.ts'
import type { Spending } from './spending.ts'
import { accountFor, accountKey } from './upstream/credentials/account.ts'
import {
  createCredentialBook,
  type RequestCredential,
} from './upstream/credentials/credential-book.ts'

/** What serving is built on: the knowledge, the money and the process's own facts. */
export type ServingPorts = {
  readonly config: GatewayConfig
  readonly snapshot: FollowingReplica
  readonly spending: Spending
  readonly clock: Clock
  readonly ids: Ids
  readonly events: GatewayEvents
  readonly refusedHandles: RefusedHandles
  /** Asks the control plane for tokens. */
  readonly requestCredential: RequestCredential
}

/** The path of a call from end to end, not listening yet. */
export type Serving = {
  readonly relay: Relay
  readonly purchases: PurchaseForwarder
  readonly health: ServerHealth
  readonly eras: EraBook
  readonly prober: Prober
}

/** Where ended sessions are written down, beside the journals. */
const ENDED_SESSIONS_FILE = 'ended-sessions'

/** Wires authorize, route, charge and the relay, and ends what is running when a right is taken away. */
export function createServing(ports: ServingPorts): Serving {
  const { config, snapshot, spending, clock, ids, events } = ports
  const authorizer = createAuthorizer({ snapshot, clock })
  const health = createServerHealth(clock)
  const accountOf = (server: ServerEntity, caller: CallerIdentity | undefined): string =>
    accountKey(accountFor(snapshot, server, caller))
  const eras = createEraBook(
    clock,
    (server, caller) => prober.probe(server, accountOf(server, caller) === '' ? undefined : caller),
    accountOf,
  )
  const core = createAggregateCore({ snapshot, authorizer, clock, catalog: health })
  const aggregate = createAggregateEndpoint(core)
  const owners = createPurchaseOwners(snapshot, config.name)
  const purchases = createPurchaseForwarder(owners, snapshot)
  const relay = createRelay({
    authorizer,
    endpoints: createEndpoints({
      snapshot,
      authorizer,
      aggregate,
      metaTools: createMetaToolsEndpoint(core, aggregate),
    }),
    charging: spending.charging,
    purchases,
    peerBook: { self: config.name, gateways: () => snapshot.gateways(), ...owners },
    snapshot,
    sealingKey: () => sealingKeyOf(snapshot),
    refusedHandles: ports.refusedHandles,
    endedSessions: createEndedSessions(clock, path.join(config.journalDir, ENDED_SESSIONS_FILE)),
    sessionNotes: createSessionNotes(clock, config.sessionsDir),
    catalog: health,
    outcomes: health,
    speech: eras,
    credentials: createCredentialBook({ snapshot, request: ports.requestCredential, clock }),
    clock,
    ids,
    allowedOrigins: new Set(config.allowedOrigins),
    allowedHosts: allowedHostsOf(config, snapshot),
    baseEnvironment: config.baseEnvironment,
    // Not the machine's place for passing files: that may be memory.
    spoolDirectory: config.journalDir,
    legacySse: config.legacySse,
    onBug: (error, requestId) => events.bug(error, requestId),
  })
  const prober = createProber(relay.visit, health)
  abortRevoked(snapshot, relay)
  return { relay, purchases, health, eras, prober }
}

/** Before the first snapshot there is no key, and nothing may be sealed under none. */
function sealingKeyOf(snapshot: FollowingReplica): string {
  const settings = snapshot.settings()
  if (settings === undefined) throw refuseAuthorization('authorize.stale', { retryAfterSeconds: 1 })
  return settings.sealingKey
}

/**
 * Host names under which this gateway may be reached: its own, those of pages that may call (a proxy in
 * front), and those of the slots, which other gateways use.
 */
function allowedHostsOf(config: GatewayConfig, snapshot: FollowingReplica): ReadonlySet<string> {
  const hosts = new Set([config.host, ...config.allowedOrigins.map(hostNameOf)])
  snapshot.onChange(({ kind }) => {
    if (kind !== 'gateway') return
    for (const { internalUrl } of snapshot.gateways()) hosts.add(hostNameOf(internalUrl))
  })
  return hosts
}

function hostNameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url
}
