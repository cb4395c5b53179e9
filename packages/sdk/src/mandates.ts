import type { Api } from './api.ts'
import type { Pending } from './budgets.ts'
import type { CallOptions } from './deadline.ts'
import type { GrantRule, Mandate } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** A mandate to be given. */
export type NewMandate = {
  readonly name: string
  /** Who may buy: `key_…`, or `agt_…` for every key of an agent. */
  readonly principalId: string
  /** US dollars for all purchases under it ("20"). */
  readonly usd: string
  /** US dollars for one call; absent: all of it. */
  readonly perCallUsd?: string
  /** Absent: every server and tool. */
  readonly allow?: readonly GrantRule[]
  readonly expiresInSeconds: number
}

/** `orchestra.mandates`: what keys and agents may buy, for how much, until when. */
export type Mandates = {
  list(options?: PageOptions & { principalId?: string }): List<Mandate>
  get(id: string, options?: CallOptions): Promise<Mandate>
  /** From then on the key or agent buys within its mandates or not at all. */
  give(mandate: NewMandate, options?: CallOptions): Promise<Pending & { mandate: Mandate }>
  /** Resolves when every connected gateway has ended what was being bought under it. */
  revoke(id: string, options?: CallOptions): Promise<Pending & { mandate: Mandate }>
}

/** Makes `orchestra.mandates`. */
export function createMandates(api: Api): Mandates {
  return {
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/mandates', { params: { query }, signal }),
        )
      }),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/mandates/{id}', { params: { path: { id } }, signal }),
      ),
    give: ({ principalId, usd, perCallUsd, allow, name, expiresInSeconds }, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/mandates', {
          body: {
            name,
            expiresInSeconds,
            principal: { kind: principalId.startsWith('agt_') ? 'agent' : 'key', id: principalId },
            limit: { units: usd, asset: 'USD' },
            allow: [...(allow ?? [{ serverId: '*' }])],
            ...(perCallUsd === undefined ? {} : { perCall: { units: perCallUsd, asset: 'USD' } }),
          },
          signal,
        }),
      ),
    revoke: (id, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/mandates/{id}/revoke', { params: { path: { id } }, signal }),
      ),
  }
}
