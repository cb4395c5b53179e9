import { createIds, systemClock, type Id } from '@mcp-orchestra/kernel'
import { createAuthorizer } from './authorize/create-authorizer.ts'
import type { GatewayConfig, GatewaySecrets } from './config.ts'
import { createGatewayEvents } from './events.ts'
import { createEraBook } from './health/era-book.ts'
import { createProber } from './health/prober.ts'
import { startHealthReporter } from './health/reporter.ts'
import { createServerHealth } from './health/server-health.ts'
import { createControlPlaneLink } from './link/link.ts'
import { createLog } from './log.ts'
import { systemTimers } from './record/index.ts'
import { createRelay } from './relay.ts'
import { abortRevoked } from './revocation.ts'
import { createAggregateEndpoint } from './route/aggregate/aggregate-endpoint.ts'
import { createEndpoints } from './route/endpoints.ts'
import { createSnapshotReplica } from './snapshot/create-replica.ts'
import { createDiskCopy } from './snapshot/disk-copy.ts'
import { startSpending } from './spending.ts'
import { stopInOrder } from './stop.ts'

/** A gateway that serves. */
export type RunningGateway = {
  /** Where MCP clients connect. */
  readonly url: string
  readonly incarnationId: Id<'inc'>
  /** Resolves with a sentence when this process may not go on: it was declared lost, or its journal is broken. */
  readonly fenced: Promise<string>
  /** Stops in order: no new calls, open ones end, leases close, usage is shipped. */
  close(): Promise<void>
}

/** Open calls may take this long to end on their own; then they are aborted. */
const DRAIN_MS = 5_000
/** Leases and usage may take this long; the rest is shipped by the next process. */
const SHIP_MS = 5_000

/**
 * Starts one gateway process (architecture §3): replays what earlier processes left, registers, follows the
 * snapshot, and listens. Rejects with a sentence when it cannot.
 */
export async function startGateway(
  config: GatewayConfig,
  secrets: GatewaySecrets,
): Promise<RunningGateway> {
  const clock = systemClock
  const ids = createIds(clock)
  const incarnationId = ids.make('inc')
  const events = createGatewayEvents(
    createLog(config.logLevel, { gateway: config.name, incarnationId }),
  )
  const link = createControlPlaneLink({
    url: config.controlPlaneUrl,
    secret: secrets.gatewaySecret,
    incarnationId,
  })
  const copy = createDiskCopy(config.journalDir, secrets.gatewaySecret)
  const snapshot = createSnapshotReplica({ link, clock, copy, events })

  const fenced = Promise.withResolvers<string>()
  const spending = await startSpending({
    gateway: config.name,
    incarnationId,
    journalDir: config.journalDir,
    link,
    snapshot,
    clock,
    ids,
    timers: systemTimers,
    events: {
      ...events,
      shippingStopped(stoppedId, sentence) {
        events.shippingStopped(stoppedId, sentence)
        if (stoppedId === incarnationId) fenced.resolve(sentence)
      },
    },
  })
  snapshot.onCommand((command) => {
    if (command.type === 'recall') spending.charging.recall(command.leaseIds)
  })

  const authorizer = createAuthorizer({ snapshot, clock })
  const health = createServerHealth(clock)
  const eras = createEraBook(clock, (server) => prober.probe(server))
  const aggregate = createAggregateEndpoint({ snapshot, authorizer, eras, clock, catalog: health })
  const relay = createRelay({
    authorizer,
    endpoints: createEndpoints({ snapshot, authorizer, aggregate }),
    charging: spending.charging,
    snapshot,
    catalog: health,
    outcomes: health,
    clock,
    ids,
    allowedOrigins: new Set(config.allowedOrigins),
    allowedHosts: new Set([config.host, ...config.allowedOrigins.map(hostNameOf)]),
    baseEnvironment: config.baseEnvironment,
    onBug: (error, requestId) => events.bug(error, requestId),
  })
  const prober = createProber(relay.visit, health)
  abortRevoked(snapshot, relay)

  await snapshot.start()
  const reporter = startHealthReporter({
    incarnationId,
    link,
    snapshot,
    health,
    eras,
    prober,
    events,
  })
  const { url } = await relay.listen({
    host: config.host,
    port: config.port,
    reusePort: config.internalPort !== undefined,
  })
  if (config.internalPort !== undefined)
    await relay.listen({ host: config.host, port: config.internalPort })
  events.started(url, incarnationId)

  return {
    url,
    incarnationId,
    fenced: fenced.promise,
    close: () =>
      stopInOrder(events, [
        ['listen', () => relay.close(DRAIN_MS)],
        ['health', () => reporter.stop()],
        ['spending', () => spending.stop(SHIP_MS)],
        ['snapshot', () => snapshot.stop()],
        ['link', () => link.close()],
      ]),
  }
}

/** Whoever may call from a page of a host may also reach the gateway by that host's name (a proxy in front). */
function hostNameOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : origin
}
