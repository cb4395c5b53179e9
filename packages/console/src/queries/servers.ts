import type {
  HealthStatus,
  ListedServer,
  MCPChange,
  MCPConfig,
  OrchestraScreens,
  Server,
} from '@mcp-orchestra/sdk'
import { mutationOptions, queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS, wholeList, type WholeList } from './whole-list.ts'

/** Servers that the console holds at most: an operator of a large platform narrows by text beyond it. */
export const SERVERS_MAX = 2_000
/** Time between two looks at health while the page is visible, in ms: a state that changes is seen soon. */
export const HEALTH_EVERY_MS = 5_000
/** Time between two looks at the whole list, in ms: it is several requests when there are many. */
const LIST_EVERY_MS = 15_000

/** Every server that the caller may see, newest first; looked at again while the page is visible. */
export const serversQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['servers'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.hub.listServers({ limit: PAGE_ITEMS, signal }), SERVERS_MAX),
    refetchInterval: LIST_EVERY_MS,
  })

/** One server, by id or alias. */
export const serverQuery = (orchestra: OrchestraScreens, id: string) =>
  queryOptions({
    queryKey: ['servers', id],
    queryFn: ({ signal }) => orchestra.hub.getServer(id, { signal }),
    refetchInterval: LIST_EVERY_MS,
  })

/** What each gateway sees of a server; looked at again every few seconds while the page is visible. */
export const healthQuery = (orchestra: OrchestraScreens, id: string) =>
  queryOptions({
    queryKey: ['servers', id, 'health'],
    queryFn: ({ signal }) => orchestra.hub.monitorHealth(id, { signal }),
    refetchInterval: HEALTH_EVERY_MS,
  })

/** Makes the gateways look now; the answer takes the place of the last one. */
export const probeMutation = (orchestra: OrchestraScreens, id: string) =>
  mutationOptions({
    mutationKey: ['servers', id, 'probe'],
    mutationFn: () => orchestra.hub.monitorHealth(id, { probe: true }),
    onSuccess: (health: HealthStatus, _variables, _result, { client }) => {
      client.setQueryData(healthQuery(orchestra, id).queryKey, health)
      void client.invalidateQueries({ queryKey: ['servers'] })
    },
  })

/** Registers a server. */
export const registerMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['servers', 'register'],
    // The secrets of the request must not outlive the dialog in the cache.
    gcTime: 0,
    mutationFn: (config: MCPConfig) => orchestra.hub.registerMCP(config),
    // Not waited for, here and below: what the API said is shown at once.
    onSuccess: (_server, _variables, _result, { client }) => {
      void client.invalidateQueries({ queryKey: ['servers'], exact: true })
    },
  })

/** Changes a server; never shown before it is true. */
export const changeMutation = (orchestra: OrchestraScreens, id: string) =>
  mutationOptions({
    mutationKey: ['servers', id, 'change'],
    // As with registering: secrets must not outlive the form in the cache.
    gcTime: 0,
    mutationFn: (change: MCPChange) => orchestra.hub.updateMCP(id, change),
    onSuccess: ({ server }, _variables, _result, { client }) => {
      client.setQueryData(serverQuery(orchestra, id).queryKey, server)
      void client.invalidateQueries({ queryKey: ['servers'] })
    },
  })

/** Switches a server on or off: shown at once, and put back when it is refused. */
export const switchMutation = (orchestra: OrchestraScreens, id: string) =>
  mutationOptions({
    mutationKey: ['servers', id, 'state'],
    mutationFn: (action: 'on' | 'off') => orchestra.hub.manageConnection(id, action),
    onMutate: async (action, { client }) => {
      const key = serverQuery(orchestra, id).queryKey
      await client.cancelQueries({ queryKey: key, exact: true })
      const before = client.getQueryData(key)
      client.setQueryData(key, (server: Server | undefined) => server && switched(server, action))
      return { before }
    },
    onError: (_error, _action, result, { client }) => {
      client.setQueryData(serverQuery(orchestra, id).queryKey, result?.before)
    },
    onSettled: (_answer, _error, _action, _result, { client }) => {
      void client.invalidateQueries({ queryKey: ['servers'] })
    },
  })

/** Removes a server; its usage and prices stay in the books. */
export const removeMutation = (orchestra: OrchestraScreens, id: string) =>
  mutationOptions({
    mutationKey: ['servers', id, 'remove'],
    mutationFn: () => orchestra.hub.removeServer(id),
    onSuccess: (_answer, _variables, _result, { client }) => {
      client.setQueryData(
        serversQuery(orchestra).queryKey,
        (list: WholeList<ListedServer> | undefined) =>
          list && { ...list, items: list.items.filter((server) => server.id !== id) },
      )
      void client.invalidateQueries({ queryKey: ['servers'], exact: true })
    },
  })

/** The server as it will be once it was switched. */
function switched(server: Server, action: 'on' | 'off'): Server {
  return action === 'on'
    ? { ...server, enabled: true, status: 'active' }
    : { ...server, enabled: false, status: 'inactive' }
}
