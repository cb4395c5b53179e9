import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { ChangedPrice, Price } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'
import type { MeteredPriceWish } from './price-wish.ts'

/** `orchestra.prices`: what a call of a tool costs. Versions are immutable; a new one replaces the last. */
export type Prices = {
  /**
   * Sets the price of a tool, or with `*` of every tool without one: per call in US dollars ("0.001"; "0" makes it
   * free), or metered; from `startsAt` on, else as early as allowed.
   */
  set(
    serverId: string,
    tool: string,
    price: string | MeteredPriceWish,
    options?: CallOptions & { startsAt?: string },
  ): Promise<ChangedPrice>
  /** All versions of a server's prices, newest first. */
  list(serverId: string, options?: PageOptions & { readonly tool?: string }): List<Price>
  /** Per tool the version in force now, and the announced next one; a tool with neither is free. */
  current(serverId: string, options?: PageOptions & { readonly tool?: string }): List<Price>
}

/** Makes `orchestra.prices`. */
export function createPrices(api: Api): Prices {
  const versions = (
    id: string,
    options: PageOptions & { readonly tool?: string },
    which: { current?: boolean },
  ): List<Price> =>
    listOf(options, (page) => {
      const query = { ...page, ...filterOf(options), ...which }
      return api.send(options, (client, signal) =>
        client.GET('/v1/servers/{id}/prices', { params: { path: { id }, query }, signal }),
      )
    })
  return {
    set: async (id, tool, price, options = {}) => {
      const body =
        typeof price === 'string'
          ? { price: { units: price, asset: 'USD' } }
          : (await import('./price-wish.ts')).priceBody(price)
      return api.send(options, (client, signal) =>
        client.PUT('/v1/servers/{id}/tools/{tool}/price', {
          params: { path: { id, tool } },
          body: {
            ...body,
            ...(options.startsAt === undefined ? {} : { startsAt: options.startsAt }),
          },
          signal,
        }),
      )
    },
    list: (id, options = {}) => versions(id, options, {}),
    current: (id, options = {}) => versions(id, options, { current: true }),
  }
}
