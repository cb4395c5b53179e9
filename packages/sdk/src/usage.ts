import type { Api } from './api.ts'
import { ownerOf, type OfOrganization } from './balance.ts'
import type { CallOptions } from './deadline.ts'
import type { UsageEvent } from './documents.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** `orchestra.usage`: every call, charged or not, as the gateways journalled it. */
export type Usage = {
  /** Newest first. */
  list(options?: PageOptions & OfOrganization): List<UsageEvent>
  get(id: string, options?: CallOptions): Promise<UsageEvent>
}

/** Makes `orchestra.usage`. */
export function createUsage(api: Api): Usage {
  return {
    list: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/usage', { params: { query: { ...query, ...ownerOf(options) } }, signal }),
        ),
      ),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/usage/{id}', { params: { path: { id } }, signal }),
      ),
  }
}
