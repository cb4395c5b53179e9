import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Distribution } from './documents.ts'

/** `orchestra.apps`: what servers bring in; an *app* of the seed is a server here. */
export type Apps = {
  /** Makes what a server earned payable now, and answers who got what of its calls of a month (`YYYY-MM`). */
  distributeRevenue(serverId: string, month: string, options?: CallOptions): Promise<Distribution>
}

/** Makes `orchestra.apps`. */
export function createApps(api: Api): Apps {
  return {
    distributeRevenue: (id, month, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/servers/{id}/distributions', {
          params: { path: { id } },
          body: { month },
          signal,
        }),
      ),
  }
}
