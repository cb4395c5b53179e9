import type { OrchestraScreens } from '@mcp-orchestra/sdk'
import { queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Tools of one server that the console holds at most: four times what the largest known server lists. */
export const TOOLS_MAX = 2_000
/** Tools are fresh this long, in ms: servers rarely change them, and 500 of them are not small. */
const TOOLS_FRESH_MS = 30_000
/** Time between two looks at a server without tools, in ms: one that is new is listed within seconds. */
const NONE_YET_MS = 3_000

/** The server's tools by name, as last listed, to their end or to the bound. */
export const toolsQuery = (orchestra: OrchestraScreens, serverId: string) =>
  queryOptions({
    queryKey: ['servers', serverId, 'tools'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.hub.listTools(serverId, { limit: PAGE_ITEMS, signal }), TOOLS_MAX),
    staleTime: TOOLS_FRESH_MS,
    refetchInterval: ({ state: { data } }) => (data?.items.length === 0 ? NONE_YET_MS : false),
  })
