import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Connection, Disconnected, ServerConnection, StartedConnection } from './documents.ts'
import { waitMs } from './wait.ts'

/** Whose account: the caller's own, or one that the organization shares. */
export type ConnectionHolder = 'member' | 'organization'

/** `orchestra.hub.connections`: accounts at servers behind the gateway. Tokens never pass through here. */
export type Connections = {
  /** The caller's own and its organization's. */
  list(options?: CallOptions): Promise<Connection[]>
  get(server: string, options?: CallOptions): Promise<ServerConnection>
  /** Where the person authorizes, or the connection when nobody has to. */
  start(
    server: string,
    options?: CallOptions & { readonly holder?: ConnectionHolder; readonly idToken?: string },
  ): Promise<StartedConnection>
  /** Resolves when a connection that `start` began is there; give a signal to give up. */
  whenConnected(
    server: string,
    options?: CallOptions & { readonly holder?: ConnectionHolder; readonly after?: string },
  ): Promise<Connection>
  /** Forgets the tokens here and revokes them there. */
  end(
    server: string,
    options?: CallOptions & { readonly holder?: ConnectionHolder },
  ): Promise<Disconnected>
}

/** How often it is asked whether the person is back, in milliseconds. */
const ASK_EVERY_MS = 1_000

/** Makes `orchestra.hub.connections`. */
export function createConnections(api: Api): Connections {
  const get: Connections['get'] = (id, options) =>
    api.send(options, (client, signal) =>
      client.GET('/v1/servers/{id}/connection', { params: { path: { id } }, signal }),
    )
  return {
    get,
    async list(options) {
      const { items } = await api.send(options, (client, signal) =>
        client.GET('/v1/connections', { signal }),
      )
      return items
    },
    start: (id, { holder = 'member', idToken, ...options } = {}) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/servers/{id}/connection', {
          params: { path: { id } },
          body: { holder, ...(idToken === undefined ? {} : { idToken }) },
          signal,
        }),
      ),
    async whenConnected(id, { holder = 'member', after = '', ...options } = {}) {
      for (;;) {
        const found = (await get(id, options))[holder]
        if (found?.state === 'connected' && found.connectedAt > after) return found
        await waitMs(ASK_EVERY_MS, options.signal ?? new AbortController().signal)
      }
    },
    end: (id, { holder = 'member', ...options } = {}) =>
      api.send(options, (client, signal) =>
        client.DELETE('/v1/servers/{id}/connection', {
          params: { path: { id }, query: { holder } },
          signal,
        }),
      ),
  }
}
