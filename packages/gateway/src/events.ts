import type { Logger } from 'pino'
import { describeFailure, stackOf } from './log.ts'
import type { RecordEvents } from './record/index.ts'
import type { SnapshotEvents } from './snapshot/create-replica.ts'

/** The gateway's business events of start, snapshot and health: one function each (conventions §1). */
export type GatewayEvents = SnapshotEvents &
  RecordEvents & {
    started(url: string, incarnationId: string): void
    stopping(): void
    stopped(): void
    stopStepFailed(step: string, cause: unknown): void
    registerFailed(cause: unknown): void
    recoveryFailed(cause: unknown): void
    /** A fault of ours, with the request id that the client was told. */
    bug(cause: unknown, requestId: string): void
    reportFailed(cause: unknown): void
    auditFailed(cause: unknown): void
    probeFailed(serverId: string, cause: unknown): void
  }

/** Writes events as structured records: ids and numbers, never bodies or secrets. */
export function createGatewayEvents(log: Logger): GatewayEvents {
  return {
    applied: (version, changes) => log.debug({ event: 'snapshot.applied', version, changes }),
    resync: (heldVersion) => log.warn({ event: 'snapshot.resync', heldVersion }),
    disconnected: (cause) =>
      log.warn({ event: 'snapshot.disconnected', ...describeFailure(cause) }),
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
    registerFailed: (cause) =>
      log.warn({ event: 'gateway.register_failed', ...describeFailure(cause) }),
    reportFailed: (cause) => log.warn({ event: 'health.report_failed', ...describeFailure(cause) }),
    auditFailed: (cause) => log.warn({ event: 'audit.report_failed', ...describeFailure(cause) }),
    probeFailed: (serverId, cause) =>
      log.warn({ event: 'health.probe_failed', serverId, ...describeFailure(cause) }),
    recoveryFailed: (cause) =>
      log.error({ event: 'journal.recovery_failed', ...describeFailure(cause) }),
    bug: (cause, requestId) =>
      log.error({
        event: 'gateway.bug',
        requestId,
        stack: stackOf(cause),
        ...describeFailure(cause),
      }),
    journalFailed: (sentence, isOpen) => log.error({ event: 'journal.failed', sentence, isOpen }),
    journalReopened: () => log.warn({ event: 'journal.reopened' }),
    recordsDropped: (count) => log.error({ event: 'journal.records_dropped', count }),
    shippingStopped: (incarnationId, sentence) =>
      log.error({ event: 'journal.shipping_stopped', incarnationId, sentence }),
    shippingDelayed: (incarnationId, sentence, retryAfterMs) =>
      log.warn({ event: 'journal.shipping_delayed', incarnationId, sentence, retryAfterMs }),
  }
}
