import type { Api } from './api.ts'
import type { OfOrganization } from './balance.ts'
import type { CallOptions } from './deadline.ts'
import type { Refund } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** `orchestra.refunds`: money of calls that went back to those who paid. */
export type Refunds = {
  /**
   * For the publisher of a call, and operators: gives its money back, all that is left or `usd` of it. The same key
   * never gives twice.
   */
  give(
    eventId: string,
    options: CallOptions & {
      readonly reason: string
      readonly usd?: string
      readonly idempotencyKey: string
    },
  ): Promise<Refund>
  /** Newest first: of calls that one paid for, of calls of one's servers, or both. */
  list(
    options?: PageOptions &
      OfOrganization & { readonly side?: 'payer' | 'publisher' | 'any'; readonly eventId?: string },
  ): List<Refund>
  get(id: string, options?: CallOptions): Promise<Refund>
}

/** Makes `orchestra.refunds`. */
export function createRefunds(api: Api): Refunds {
  return {
    give: (id, { reason, usd, idempotencyKey, ...options }) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/usage/{id}/refunds', {
          params: { path: { id }, header: { 'idempotency-key': idempotencyKey } },
          body: { reason, ...(usd === undefined ? {} : { amount: { units: usd, asset: 'USD' } }) },
          signal,
        }),
      ),
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/refunds', { params: { query }, signal }),
        )
      }),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/refunds/{id}', { params: { path: { id } }, signal }),
      ),
  }
}
