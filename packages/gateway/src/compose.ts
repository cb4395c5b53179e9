import { createIds, systemClock, type Id } from '@mcp-orchestra/kernel'
import type { GatewayConfig, GatewaySecrets } from './config.ts'
import { startRefusalReporter } from './audit/refusal-reporter.ts'
import { createGatewayEvents } from './events.ts'
import { startHealthReporter } from './health/reporter.ts'
import { createControlPlaneLink } from './link/link.ts'
import { createLog } from './log.ts'
import { systemTimers } from './record/index.ts'
import type { Relay } from './relay.ts'
import { createServing } from './serving.ts'
import { createSnapshotReplica } from './snapshot/create-replica.ts'
import { createDiskCopy } from './snapshot/disk-copy.ts'
import { startSpending } from './spending.ts'
import { stopInOrder, type StopStep } from './stop.ts'

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
 * snapshot, and listens. Rejects with a sentence when it cannot, and then leaves nothing running.
 */
export async function startGateway(
  config: GatewayConfig,
  secrets: GatewaySecrets,
): Promise<RunningGateway> {
  const clock = systemClock
  const ids = createIds(clock)
  const incarnationId = ids.make('inc')
  const log = createLog(config.logLevel, { gateway: config.name, incarnationId })
  const events = createGatewayEvents(log)
  const steps: StopStep[] = []
  /** The last that was started is the first to stop. */
  const close = (): Promise<void> => stopInOrder(events, steps.toReversed())
  const fenced = Promise.withResolvers<string>()
  try {
    const link = createControlPlaneLink({
      url: config.controlPlaneUrl,
      secret: secrets.gatewaySecret,
      incarnationId,
    })
    steps.push(['link', () => link.close()])
    const copy = createDiskCopy(config.journalDir, secrets.gatewaySecret)
    const snapshot = createSnapshotReplica({ link, clock, copy, events })
    steps.push(['snapshot', () => snapshot.stop()])

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
    steps.push(['spending', () => spending.stop(SHIP_MS)])
    snapshot.onCommand((command) => {
      if (command.type === 'recall') spending.charging.recall(command.leaseIds)
    })

    const refusedHandles = startRefusalReporter({ incarnationId, link, clock, ids, events })
    steps.push(['audit', () => refusedHandles.stop()])
    const serving = createServing({
      refusedHandles,
      config,
      snapshot,
      spending,
      clock,
      ids,
      events,
      requestCredential: (request) => link.requestCredential(request),
    })
    steps.push(['purchases', () => serving.purchases.close()])
    await snapshot.start()
    const reporter = startHealthReporter({ ...serving, incarnationId, link, snapshot, events })
    steps.push(['health', () => reporter.stop()], ['listen', () => serving.relay.close(DRAIN_MS)])
    const url = await listen(serving.relay, config)
    events.started(url, incarnationId)
    return { url, incarnationId, fenced: fenced.promise, close }
  } catch (failure) {
    await close()
    throw failure
  }
}

/** The public address, shared between processes where there are several, and then one of this process alone. */
async function listen(relay: Relay, { host, port, internalPort }: GatewayConfig): Promise<string> {
  if (internalPort === undefined) return (await relay.listen({ host, port })).url
  const { url } = await relay.listen({ host, port, reusePort: true })
  await relay.listen({ host, port: internalPort, isInternal: true })
  return url
}
