import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Case, DeclaredLost, LedgerEpoch } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** `orchestra.operations`: what an operator looks at and decides when something was lost. */
export type Operations = {
  /** What a person has to look at, newest first. */
  cases(options?: PageOptions & { readonly state?: 'open' | 'resolved' }): List<Case>
  /** Gives up a gateway process whose journal will not come: what it held goes back to its payers. */
  declareLost(incarnationId: string, options?: CallOptions): Promise<DeclaredLost>
  /** Says that the database was restored: nothing is granted until every gateway has reported. */
  raiseEpoch(reason: string, options?: CallOptions): Promise<LedgerEpoch>
}

/** Makes `orchestra.operations`. */
export function createOperations(api: Api): Operations {
  return {
    cases: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/cases', {
            params: { query: { ...query, ...filterOf(options) } },
            signal,
          }),
        ),
      ),
    declareLost: (id, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/gateway-incarnations/{id}/declare-lost', {
          params: { path: { id } },
          signal,
        }),
      ),
    raiseEpoch: (reason, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/ledger-epochs', { body: { reason }, signal }),
      ),
  }
}
