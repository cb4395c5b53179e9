import type { HealthReport } from '@mcp-orchestra/api/gateway-link'
import { instant, parseId, type Clock, type Id, type Transactions } from '@mcp-orchestra/kernel'
import type { GatewayHealth } from './health.ts'
import type { ObservationStore, PriceRange, PriceRanges, ServerStore } from './ports.ts'
import type { Probes } from './probes.ts'
import { toolsOf, type Tool } from './tool.ts'

/** What a list needs of many servers; who has nothing to tell is absent. */
export type ServerFigures = {
  readonly health: ReadonlyMap<string, readonly GatewayHealth[]>
  readonly toolCounts: ReadonlyMap<string, number>
  readonly prices: ReadonlyMap<string, PriceRange>
}

/** What gateways saw of servers. */
export interface Observations {
  /** Keeps a gateway's report and answers the probes it names. */
  report(gateway: string, report: HealthReport): Promise<void>
  /** What each gateway last said, by server id. */
  health(serverIds: readonly Id<'srv'>[]): Promise<Map<string, GatewayHealth[]>>
  /** What a list says of each server, by server id: three queries, however many there are. */
  figures(serverIds: readonly Id<'srv'>[]): Promise<ServerFigures>
  tools(serverId: Id<'srv'>, page: { after: string | undefined; limit: number }): Promise<Tool[]>
}

/** Longest reason that is kept, in characters: one sentence. */
const REASON_CHARS_MAX = 500

/** Longest name of a protocol revision, in characters: they are dates. */
const REVISION_CHARS_MAX = 32

/** Keeps the last word of each gateway. */
export function createObservations(deps: {
  readonly transactions: Transactions
  readonly servers: ServerStore
  readonly store: ObservationStore
  readonly probes: Probes
  readonly prices: PriceRanges
  readonly clock: Clock
}): Observations {
  const { transactions, servers, store, probes, prices, clock } = deps
  return {
    async report(gateway, { incarnationId, servers: views }) {
      for (const view of views) {
        const serverId = parseId('srv', view.serverId)
        if (serverId === undefined) continue
        await transactions.run(async (tx) => {
          // A server that was removed meanwhile is nobody's news; the lock orders reports of two gateways.
          if ((await servers.lock(tx, serverId)) === undefined) return
          const observedAt = instant(view.observedAtMs)
          await store.putHealth(tx, serverId, {
            gateway,
            incarnationId,
            state: view.state,
            era: view.era,
            revision: view.revision?.replaceAll('\0', '').slice(0, REVISION_CHARS_MAX) ?? null,
            reason:
              view.reason?.replaceAll('\0', '').slice(0, REASON_CHARS_MAX).toWellFormed() ?? null,
            latencyMsP50: view.latencyMsP50,
            latencyMsP99: view.latencyMsP99,
            observedAt,
          })
          if (view.tools !== null)
            await store.putTools(tx, serverId, toolsOf(view.tools, observedAt))
        })
        if (view.probeId !== null) probes.answered(view.probeId, gateway)
      }
    },
    figures: (serverIds) =>
      transactions.run(async (tx) => ({
        health: await store.health(tx, serverIds),
        toolCounts: await store.toolCounts(tx, serverIds),
        prices: await prices.ranges(tx, serverIds, clock.now()),
      })),
    health: (serverIds) => transactions.run((tx) => store.health(tx, serverIds)),
    tools: (serverId, page) => transactions.run((tx) => store.tools(tx, serverId, page)),
  }
}
