import type { ServerHealthReport } from '@mcp-orchestra/api/gateway-link'
import { Problem } from '@mcp-orchestra/kernel'
import type { ControlPlaneLink } from '../link/link.ts'
import type { FollowingReplica } from '../snapshot/create-replica.ts'
import type { EraBook } from './era-book.ts'
import type { Prober } from './prober.ts'
import type { ServerHealth } from './server-health.ts'

/** Reports are for people and for the list of tools; nobody's call waits for one. */
const REPORT_EVERY_MS = 10_000
/** Several servers that change at once (a start, a network fault) go into one report. */
const CHANGE_DEBOUNCE_MS = 100
/** As many as one report may hold. */
const SERVERS_PER_REPORT = 1_000

/** What reporting needs. */
export type ReporterPorts = {
  readonly incarnationId: string
  readonly link: Pick<ControlPlaneLink, 'reportHealth'>
  readonly snapshot: Pick<FollowingReplica, 'servers' | 'serverById' | 'onChange' | 'onCommand'>
  readonly health: ServerHealth
  readonly eras: EraBook
  readonly prober: Prober
  readonly events: {
    reportFailed(cause: unknown): void
    probeFailed(serverId: string, cause: unknown): void
  }
}

/** Looks at servers that are new or asked about, and tells the control plane. */
export interface HealthReporter {
  stop(): Promise<void>
}

/** Probes every enabled server now and whenever it changes; reports every ten seconds and on change. */
export function startHealthReporter(ports: ReporterPorts): HealthReporter {
  const { health, snapshot, link, incarnationId, events } = ports
  /** Reports that did not arrive and hold tools, which are told only once. */
  const unsent = new Map<string, ServerHealthReport>()
  let debounce: NodeJS.Timeout | undefined
  let sending: Promise<void> = Promise.resolve()

  const send = (reports: readonly ServerHealthReport[]): Promise<void> => {
    sending = sending.then(async () => {
      const merged = reports.map((report) => ({
        ...report,
        tools: report.tools ?? unsent.get(report.serverId)?.tools ?? null,
      }))
      try {
        for (let at = 0; at < merged.length; at += SERVERS_PER_REPORT) {
          await link.reportHealth({
            incarnationId,
            servers: merged.slice(at, at + SERVERS_PER_REPORT),
          })
        }
        for (const { serverId } of merged) unsent.delete(serverId)
      } catch (cause) {
        for (const report of merged) if (report.tools !== null) unsent.set(report.serverId, report)
        events.reportFailed(cause)
      }
    })
    return sending
  }

  const reportAll = (): Promise<void> => {
    const known = health.serverIds().filter((id) => snapshot.serverById(id) !== undefined)
    return known.length === 0 ? Promise.resolve() : send(known.map((id) => health.report(id, null)))
  }

  const probe = async (serverId: string, probeId: string | null): Promise<void> => {
    const server = snapshot.serverById(serverId)
    if (server === undefined) return
    try {
      ports.eras.note(server, await ports.prober.probe(server))
    } catch (cause) {
      events.probeFailed(serverId, cause)
      if (!(cause instanceof Problem)) throw cause
    }
    if (probeId !== null) await send([health.report(serverId, probeId)])
  }
  const look = (serverId: string, probeId: string | null): void => {
    // What is no Problem is a bug of ours: it was told, and must not end the process from a background task.
    probe(serverId, probeId).catch((cause: unknown) => events.probeFailed(serverId, cause))
  }

  health.onChange(() => {
    debounce ??= setTimeout(() => {
      debounce = undefined
      void reportAll()
    }, CHANGE_DEBOUNCE_MS)
    debounce.unref()
  })
  snapshot.onCommand((command) => {
    if (command.type === 'probe') look(command.serverId, command.probeId)
  })
  snapshot.onChange(({ kind, id }) => {
    if (kind !== 'server') return
    health.forget(id)
    ports.eras.forget(id)
    unsent.delete(id)
    if (snapshot.serverById(id)?.enabled === true) look(id, null)
  })
  for (const server of snapshot.servers()) if (server.enabled) look(server.id, null)

  const timer = setInterval(() => void reportAll(), REPORT_EVERY_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      clearTimeout(debounce)
      await sending
    },
  }
}
