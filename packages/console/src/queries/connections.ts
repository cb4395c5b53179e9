import type { ConnectionHolder, OrchestraScreens } from '@mcp-orchestra/sdk'
import { mutationOptions, queryOptions } from '@tanstack/react-query'

/** Time between two looks while the page is visible, in ms: an account may be renewed or refused meanwhile. */
const LOOK_EVERY_MS = 15_000

/** The accounts at servers: the caller's own, and those that the organization shares. */
export const connectionsQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['connections'],
    queryFn: ({ signal }) => orchestra.hub.connections.list({ signal }),
    refetchInterval: LOOK_EVERY_MS,
  })

/** The accounts at one server. */
export const serverConnectionQuery = (orchestra: OrchestraScreens, server: string) =>
  queryOptions({
    queryKey: ['connections', server],
    queryFn: ({ signal }) => orchestra.hub.connections.get(server, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  })

/** Starts to connect an account. */
export const connectMutation = (orchestra: OrchestraScreens, server: string) =>
  mutationOptions({
    mutationKey: ['connections', server, 'connect'],
    // The address holds a state that is good once: it must not outlive the page.
    gcTime: 0,
    mutationFn: (holder: ConnectionHolder) => orchestra.hub.connections.start(server, { holder }),
    onSuccess: (_started, _holder, _result, { client }) =>
      void client.invalidateQueries({ queryKey: ['connections'] }),
  })

/** Disconnects an account. */
export const disconnectMutation = (orchestra: OrchestraScreens, server: string) =>
  mutationOptions({
    mutationKey: ['connections', server, 'disconnect'],
    mutationFn: (holder: ConnectionHolder) => orchestra.hub.connections.end(server, { holder }),
    onSuccess: (_ended, _holder, _result, { client }) =>
      void client.invalidateQueries({ queryKey: ['connections'] }),
  })
