import type { Logger } from 'pino'
import { describeFailure } from './log.ts'
import type { SnapshotEvents } from './snapshot/create-replica.ts'

/** The gateway's business events of start, snapshot and health: one function each (conventions §1). */
export type GatewayEvents = SnapshotEvents & {
  started(url: string, incarnationId: string): void
  stopping(): void
  stopped(): void
  stopStepFailed(step: string, cause: unknown): void
  registerFailed(cause: unknown): void
  reportFailed(cause: unknown): void
  probeFailed(serverId: string, cause: unknown): void
  alarm(kind: string, sentence: string): void
}

/** Writes events as structured records: ids and numbers, never bodies or secrets. */
export function createGatewayEvents(log: Logger): GatewayEvents {
  return {
    applied: (version, changes) => log.debug({ event: 'snapshot.applied', version, changes }),
    resync: (heldVersion) => log.warn({ event: 'snapshot.resync', heldVersion }),
    disconnected: (cause) => log.warn({ event: 'snapshot.disconnected', ...describeFailure(cause) }),
    unreadable: (kind, id, cause) =>
      log.error({ event: 'snapshot.unreadable', kind, id, ...describeFailure(cause) }),
    copyFailed: (cause) => log.error({ event: 'snapshot.copy_failed', ...describeFailure(cause) }),
    acknowledgeFailed: (cause) =>
      log.warn({ event: 'snapshot.acknowledge_failed', ...describeFailure(cause) }),
    started: (url, incarnationId) => log.info({ event: 'gateway.started', url, incarnationId }),
    stopping: () => log.info({ event: 'gateway.stopping' }),
    stopped: () => log.info({ event: 'gateway.stopped' }),
    stopStepFailed: (step, cause) =>
      log.error({ event: 'gateway.stop_step_failed', step, ...describeFailure(cause) }),
    registerFailed: (cause) => log.warn({ event: 'gateway.register_failed', ...describeFailure(cause) }),
    reportFailed: (cause) => log.warn({ event: 'health.report_failed', ...describeFailure(cause) }),
    probeFailed: (serverId, cause) =>
      log.warn({ event: 'health.probe_failed', serverId, ...describeFailure(cause) }),
    alarm: (kind, sentence) => log.error({ event: 'journal.alarm', kind, sentence }),
  }
}
