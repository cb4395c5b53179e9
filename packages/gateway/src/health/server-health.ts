import type { ObservedTool, ServerHealthReport } from '@mcp-orchestra/api/gateway-link'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { ToolCatalog } from '../route/tool-catalog.ts'
import { createBreaker, type Breaker } from './breaker.ts'
import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts'
import { refuse } from './problems.ts'
import type { UpstreamOutcomes } from './upstream-outcomes.ts'

/** The state of a server as reports name it. */
type State = ServerHealthReport['state']

/** What a server was found to speak. */
export type Spoken = {
  readonly era: 'legacy' | 'modern'
  readonly revision: string
  /** A modern server that answers `initialize` too. */
  readonly isDual?: boolean
}

/** What this gateway has seen of every server: fed by the relay and by probes, read by reports. */
export interface ServerHealth extends UpstreamOutcomes, ToolCatalog {
  /** What a probe or a session showed that the server speaks. */
  spoke(server: ServerEntity, spoken: Spoken): void
  /** One report; tools are those since the last report, latencies those of the last five minutes. */
  report(serverId: string, probeId: string | null): ServerHealthReport
  /** The servers that something is known of. */
  serverIds(): readonly string[]
  /** The server was changed or removed: what was seen belongs to its past. */
  forget(serverId: string): void
  /** Told when a server's state changes, or its tools differ from those last seen. */
  onChange(listener: (serverId: string) => void): void
}

type Record = {
  readonly breaker: Breaker
  readonly latency: LatencyHistogram
  readonly tools: Map<string, ObservedTool>
  toolsDigest: string
  toolsSeen: boolean
  spoken: Spoken | undefined
  reached: boolean
  reason: string | null
}

/** In memory only: after a restart the first call or probe fills it again. */
export function createServerHealth(clock: Clock): ServerHealth {
  const records = new Map<string, Record>()
  const listeners: ((serverId: string) => void)[] = []

  const recordOf = (serverId: string): Record => {
    const known = records.get(serverId)
    if (known !== undefined) return known
    const record: Record = {
      breaker: createBreaker(clock),
      latency: createLatencyHistogram(clock),
      tools: new Map(),
      toolsDigest: '',
      toolsSeen: false,
      spoken: undefined,
      reached: false,
      reason: null,
    }
    records.set(serverId, record)
    return record
  }

  /** Runs a change and tells the listeners when it changed the state. */
  const update = (serverId: string, change: (record: Record) => void): void => {
    const record = recordOf(serverId)
    const before = stateOf(record)
    const toolsBefore = record.toolsDigest
    change(record)
    if (stateOf(record) === before && record.toolsDigest === toolsBefore) return
    for (const listener of listeners) listener(serverId)
  }

  return {
    admit(server) {
      const record = recordOf(server.id)
      const waitMs = record.breaker.admit()
      if (waitMs === 0) return undefined
      return refuse('health.server_down', {
        detail: record.reason ?? 'It could not be reached.',
        retryAfterSeconds: Math.ceil(waitMs / 1_000),
      })
    },
    connected: (server) =>
      update(server.id, (record) => {
        record.breaker.succeeded()
        record.reached = true
        record.reason = null
      }),
    failed: (server, reason) =>
      update(server.id, (record) => {
        record.breaker.failed()
        record.reason = reason
      }),
    answered: (server, latencyMs) =>
      update(server.id, (record) => {
        record.breaker.succeeded()
        record.reached = true
        record.reason = null
        record.latency.record(latencyMs)
      }),
    spoke: (server, spoken) =>
      update(server.id, (record) => {
        record.spoken = spoken
      }),
    observe: (server, tools, whole) =>
      update(server.id, (record) => {
        if (whole) record.tools.clear()
        for (const tool of tools) record.tools.set(tool.name, tool)
        record.toolsSeen = true
        record.toolsDigest = [...record.tools.values()]
          .map((tool) => `${tool.name}\n${tool.definitionHash}`)
          .join('\n')
      }),
    safeToRepeat(serverId, tool) {
      const observed = records.get(serverId)?.tools.get(tool)
      return observed?.readOnlyHint === true || observed?.idempotentHint === true
    },
    definitionHash: (serverId, tool) => records.get(serverId)?.tools.get(tool)?.definitionHash,
    report(serverId, probeId) {
      const record = recordOf(serverId)
      const report: ServerHealthReport = {
        serverId,
        probeId,
        state: stateOf(record),
        era: record.spoken?.era ?? null,
        revision: record.spoken?.revision ?? null,
        reason: record.reason,
        latencyMsP50: record.latency.quantile(0.5),
        latencyMsP99: record.latency.quantile(0.99),
        tools: record.toolsSeen ? [...record.tools.values()] : null,
        observedAtMs: clock.now(),
      }
      record.toolsSeen = false
      return report
    },
    serverIds: () => [...records.keys()],
    forget: (serverId) => void records.delete(serverId),
    onChange: (listener) => void listeners.push(listener),
  }
}

function stateOf(record: Record): State {
  if (record.breaker.state() !== 'closed') return 'down'
  if (record.reason !== null) return record.reached ? 'degraded' : 'down'
  return record.reached ? 'healthy' : 'unknown'
}
