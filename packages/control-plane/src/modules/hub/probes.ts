import type { Clock, Ids } from '@mcp-orchestra/kernel'
import type { ProbeCommands } from './ports.ts'

/** A probe's answers are awaited this long, in ms. */
const PROBE_WAIT_MS = 10_000

/** Looks that were asked for and have not all been answered. */
export interface Probes {
  /** Asks the connected gateways; resolves when all have reported, or after ten seconds. */
  run(serverId: string): Promise<void>
  /** A gateway's report that names a probe. */
  answered(probeId: string, gateway: string): void
}

/** Probes of this process; `ids` names them. */
export function createProbes(deps: {
  readonly commands: ProbeCommands
  readonly ids: Ids
  readonly clock: Clock
  readonly waitMs?: number
}): Probes {
  const open = new Map<string, { readonly missing: Set<string>; readonly done: () => void }>()
  return {
    run(serverId) {
      const probeId = deps.ids.make('req')
      return new Promise((resolve) => {
        const timer = setTimeout(done, deps.waitMs ?? PROBE_WAIT_MS)
        function done(): void {
          clearTimeout(timer)
          open.delete(probeId)
          resolve()
        }
        // Registered before it is sent: an answer can never be too early.
        const missing = new Set<string>()
        open.set(probeId, { missing, done })
        for (const gateway of deps.commands.probe(serverId, probeId)) missing.add(gateway)
        if (missing.size === 0) done()
      })
    },
    answered(probeId, gateway) {
      const probe = open.get(probeId)
      if (probe === undefined) return
      probe.missing.delete(gateway)
      if (probe.missing.size === 0) probe.done()
    },
  }
}
