import type { Server } from '@mcp-orchestra/sdk'
import { useQueries } from '@tanstack/react-query'
import { currentPricesQuery } from '../../../queries/prices.ts'
import { healthQuery } from '../../../queries/servers.ts'
import { toolsQuery } from '../../../queries/tools.ts'
import { useTimeStep } from '../../../queries/time-step.ts'
import { useOrchestra } from '../../../session/index.ts'
import { healthFigures, priceFigures } from './figures.ts'
import type { ServerFigures } from './server-row.ts'

/** Servers whose figures are asked one by one: three requests each, so only the first screens by name. */
export const FIGURES_MAX = 40
/** Time between two looks at one server's health from the list, in ms. */
const LOOK_EVERY_MS = 15_000

/** What the list says of each server beside its document; of the first {@link FIGURES_MAX} by name. */
export function useServerFigures(servers: readonly Server[]): (server: Server) => ServerFigures {
  const orchestra = useOrchestra()
  const nowMs = useTimeStep()
  const asked = servers
    .toSorted((a, b) => a.name.toLowerCase().localeCompare(b.name.toLowerCase()))
    .slice(0, FIGURES_MAX)
  const health = useQueries({
    queries: asked.map(({ id }) => ({
      ...healthQuery(orchestra, id),
      refetchInterval: LOOK_EVERY_MS,
    })),
  })
  const tools = useQueries({ queries: asked.map(({ id }) => toolsQuery(orchestra, id)) })
  const prices = useQueries({ queries: asked.map(({ id }) => currentPricesQuery(orchestra, id)) })
  return ({ id }) => {
    const index = asked.findIndex((server) => server.id === id)
    const list = prices[index]?.data?.items
    const toolCount = tools[index]?.data?.items.length ?? null
    return {
      ...healthFigures(health[index]?.data),
      toolCount,
      ...priceFigures(list ?? [], nowMs, toolCount),
    }
  }
}
