import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Cap } from './documents.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** A hard cap to be: what may be spent in a window, by the organization or by one of its keys. */
export type NewCap = {
  readonly window: Cap['window']
  /** US dollars ("5"). */
  readonly usd: string
  /** Absent: the whole organization. */
  readonly keyId?: string
}

/** `orchestra.caps`: hard limits on spending; a call that would pass one is refused before it runs. */
export type Caps = {
  list(options?: PageOptions): List<Cap>
  create(cap: NewCap, options?: CallOptions): Promise<{ cap: Cap; pendingGateways: string[] }>
  remove(id: string, options?: CallOptions): Promise<{ pendingGateways: string[] }>
}

/** Makes `orchestra.caps`. */
export function createCaps(api: Api): Caps {
  return {
    list: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/caps', { params: { query }, signal }),
        ),
      ),
    create: ({ window, usd, keyId }, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/caps', {
          body: {
            window,
            amount: { units: usd, asset: 'USD' },
            ...(keyId === undefined ? {} : { keyId }),
          },
          signal,
        }),
      ),
    remove: (id, options) =>
      api.send(options, (client, signal) =>
        client.DELETE('/v1/caps/{id}', { params: { path: { id } }, signal }),
      ),
  }
}
