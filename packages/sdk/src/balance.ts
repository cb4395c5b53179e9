import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Balance, LeaseExposure, TopUp } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** Whose money: absent, the caller's own organization; another one for operators only. */
export type OfOrganization = { readonly organizationId?: string }

/** `orchestra.balance`: money that can be spent, and where it is leased to. */
export type BalanceApi = {
  get(options?: CallOptions & OfOrganization): Promise<Balance>
  /** Operators only: adds money in US dollars on the demo rail. The same key never adds twice. */
  topUp(
    organizationId: string,
    usd: string,
    options: CallOptions & { idempotencyKey: string },
  ): Promise<TopUp>
  /** Money that gateways hold to spend without asking (spending §1): what a lost machine could cost. */
  leases(options?: PageOptions): List<LeaseExposure>
}

/** Makes `orchestra.balance`. */
export function createBalance(api: Api): BalanceApi {
  return {
    get: (options = {}) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/balance', { params: { query: filterOf(options) }, signal }),
      ),
    topUp: (organizationId, usd, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/top-ups', {
          params: { header: { 'idempotency-key': options.idempotencyKey } },
          body: { organizationId, amount: { units: usd, asset: 'USD' } },
          signal,
        }),
      ),
    leases: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/leases', { params: { query }, signal }),
        ),
      ),
  }
}
