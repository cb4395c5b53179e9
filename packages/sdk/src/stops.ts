import type { Api } from './api.ts'
import { scopeKindOf, type Pending } from './budgets.ts'
import type { CallOptions } from './deadline.ts'
import type { Stop } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** What to stop, and why. */
export type StopWish = {
  /** `prj_…`, `agt_…`, `key_…`, `mdt_…` or `srv_…`; absent: everything that the organization spends. */
  readonly of?: string
  /** For whoever is refused: a sentence. */
  readonly reason: string
  /** Another organization than one's own: operators only. */
  readonly organizationId?: string
}

/** `orchestra.stops`: the stop button. */
export type Stops = {
  list(options?: PageOptions & { state?: 'in_force' | 'resumed' }): List<Stop>
  /** Resolves when every connected gateway has ended what was running and cost; names those that have not said so. */
  stop(wish: StopWish, options?: CallOptions): Promise<Pending & { stop: Stop }>
  resume(id: string, options?: CallOptions): Promise<Pending & { stop: Stop }>
}

/** Makes `orchestra.stops`. */
export function createStops(api: Api): Stops {
  return {
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/stops', { params: { query }, signal }),
        )
      }),
    stop: ({ of, reason, organizationId }, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/stops', {
          body: {
            reason,
            scope: { kind: stopKindOf(of), ...(of === undefined ? {} : { id: of }) },
            ...(organizationId === undefined ? {} : { organizationId }),
          },
          signal,
        }),
      ),
    resume: (id, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/stops/{id}/resume', { params: { path: { id } }, signal }),
      ),
  }
}

function stopKindOf(id = ''): Stop['scope']['kind'] {
  if (id.startsWith('srv_')) return 'server'
  return id.startsWith('mdt_') ? 'mandate' : scopeKindOf(id)
}
