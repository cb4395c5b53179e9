import type { Api } from './api.ts'
import type { OfOrganization } from './balance.ts'
import type { CallOptions } from './deadline.ts'
import type { Dispute } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** `orchestra.disputes`: what payers contest of what calls were charged. */
export type Disputes = {
  /** For the payer of a call: all that is left of what it was charged, or `usd` of it. One at a time for each call. */
  open(
    eventId: string,
    options: CallOptions & { readonly reason: string; readonly usd?: string },
  ): Promise<Dispute>
  /** Newest first, of calls that one paid for or sold. */
  list(
    options?: PageOptions & OfOrganization & { readonly state?: Dispute['state'] },
  ): List<Dispute>
  get(id: string, options?: CallOptions): Promise<Dispute>
  /** The publisher or an operator accepts (which is a refund), an operator rejects, the payer withdraws. */
  close(
    id: string,
    outcome: Exclude<Dispute['state'], 'open'>,
    options?: CallOptions & { readonly answer?: string },
  ): Promise<Dispute>
}

/** Makes `orchestra.disputes`. */
export function createDisputes(api: Api): Disputes {
  return {
    open: (id, { reason, usd, ...options }) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/usage/{id}/disputes', {
          params: { path: { id } },
          body: { reason, ...(usd === undefined ? {} : { amount: { units: usd, asset: 'USD' } }) },
          signal,
        }),
      ),
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/disputes', { params: { query }, signal }),
        )
      }),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/disputes/{id}', { params: { path: { id } }, signal }),
      ),
    close: (id, outcome, { answer, ...options } = {}) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/disputes/{id}/close', {
          params: { path: { id } },
          body: { outcome, ...(answer === undefined ? {} : { answer }) },
          signal,
        }),
      ),
  }
}
