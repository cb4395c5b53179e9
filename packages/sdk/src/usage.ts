import type { Api } from './api.ts'
import type { OfOrganization } from './balance.ts'
import type { CallOptions } from './deadline.ts'
import type { UsageEvent, UsageSum } from './documents.ts'
import type { LiveItem, LiveOptions } from './live/live-item.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** Which calls: those that match all that is given. */
export type UsageFilter = {
  /** `payer`: calls that I paid for; `publisher`: calls of my servers; `any`: both. */
  readonly side?: 'payer' | 'publisher' | 'any'
  /** Its id or its alias. */
  readonly serverId?: string
  readonly tool?: string
  readonly outcome?: UsageEvent['outcome']
}

/** A filter of the list, which can look back besides. */
export type UsageListFilter = UsageFilter & {
  /** RFC 3339: calls at this moment or later. */
  readonly from?: string
  /** RFC 3339: calls before this moment. */
  readonly to?: string
}

/** Which sums: those that match all that is given. */
export type UsageSumFilter = {
  /** `payer` (the default): calls that I paid for; `publisher`: calls of my servers. */
  readonly side?: 'payer' | 'publisher'
  /** Its id or its alias. */
  readonly serverId?: string
  readonly tool?: string
  /** The first month, `YYYY-MM` in UTC. */
  readonly from?: string
  /** The last month, included. */
  readonly to?: string
}

/** `orchestra.usage`: every call, charged or not, as the gateways journalled it. */
export type Usage = {
  /** Newest first; what I paid for, unless `side` says otherwise. */
  list(options?: PageOptions & OfOrganization & UsageListFilter): List<UsageEvent>
  get(id: string, options?: CallOptions): Promise<UsageEvent>
  /** What charged calls came to, by month, server and tool; newest month first. */
  sums(options?: PageOptions & OfOrganization & UsageSumFilter): List<UsageSum>
  /**
   * Calls as they are posted, mine and of my servers unless `side` says otherwise; for operators, those of
   * the organization that is named. Connects again by itself
   * and goes on where it was; at most 1,000 items wait for a slow reader. Ends quietly by `signal`; throws
   * `sdk.signed_out` (401), or what the platform refused.
   */
  live(
    filter?: UsageFilter & { readonly organizationId?: string },
    options?: LiveOptions,
  ): AsyncIterable<LiveItem>
}

/** Makes `orchestra.usage`. */
export function createUsage(
  api: Api,
  follow: (
    query: UsageFilter & { organizationId?: string },
    options: LiveOptions,
  ) => AsyncGenerator<LiveItem>,
): Usage {
  return {
    live: (filter = {}, options = {}) => ({
      [Symbol.asyncIterator]: () => follow(filterOf(filter), options),
    }),
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/usage', { params: { query }, signal }),
        )
      }),
    sums: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/usage-sums', { params: { query }, signal }),
        )
      }),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/usage/{id}', { params: { path: { id } }, signal }),
      ),
  }
}
