import type { OrchestraScreens, Price } from '@mcp-orchestra/sdk'
import { mutationOptions, queryOptions } from '@tanstack/react-query'
import { serversQuery } from './servers.ts'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Price versions of one server that the console holds at most, newest first. */
export const PRICES_MAX = 2_000

/** What a tool costs now, and the announced version that takes over; a tool without either is free. */
export type ToolPrice = { readonly now: Price | undefined; readonly next: Price | undefined }

/** A price to be set, in US dollars as a person writes them; absent start: as early as allowed. */
export type NewPrice = {
  readonly tool: string
  readonly usd: string
  readonly startsAt: string | undefined
}

/** Versions in force and announced, of all tools of a server. */
export const currentPricesQuery = (orchestra: OrchestraScreens, serverId: string) =>
  queryOptions({
    queryKey: ['servers', serverId, 'prices', 'current'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.prices.current(serverId, { limit: PAGE_ITEMS, signal }), PRICES_MAX),
  })

/** All versions of a server's prices, newest first. */
export const priceHistoryQuery = (orchestra: OrchestraScreens, serverId: string) =>
  queryOptions({
    queryKey: ['servers', serverId, 'prices', 'all'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.prices.list(serverId, { limit: PAGE_ITEMS, signal }), PRICES_MAX),
  })

/** Servers that are asked for any price to learn the fee from, at most. */
const FEE_SERVERS_MAX = 20

/**
 * The platform's fee in basis points, as other prices of the platform say; null when there is no other
 * price. For the first price of a server: the version that is published has the last word.
 */
export const platformFeeQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['platform-fee'],
    queryFn: async ({ signal, client }) => {
      const { items } = await client.ensureQueryData(serversQuery(orchestra))
      // One that was reached is likelier to have a price than one that never was.
      const likely = items.filter(({ protocol }) => protocol !== null).slice(0, FEE_SERVERS_MAX)
      for (const { id } of likely) {
        const [price] = (await orchestra.prices.list(id, { limit: 1, signal }).page()).items
        if (price !== undefined) return price.feeBps
      }
      return null
    },
    staleTime: Infinity,
  })

/** Publishes a price version; not shown before the API has said when it starts. */
export const setPriceMutation = (orchestra: OrchestraScreens, serverId: string) =>
  mutationOptions({
    mutationKey: ['servers', serverId, 'price'],
    mutationFn: ({ tool, usd, startsAt }: NewPrice) =>
      orchestra.prices.set(serverId, tool, usd, startsAt === undefined ? {} : { startsAt }),
    onSuccess: (_price, _variables, _result, { client }) => {
      void client.invalidateQueries({ queryKey: ['servers', serverId, 'prices'] })
    },
  })

/**
 * What each tool costs at a moment: the highest version whose start has come is in force (the API's own
 * rule), and of the higher ones the first to start is announced.
 */
export function pricesByTool(prices: readonly Price[], nowMs: number): Map<string, ToolPrice> {
  const versions = Map.groupBy(prices, ({ tool }) => tool)
  return new Map(
    [...versions].map(([tool, steps]) => {
      const now = steps
        .filter(({ startsAt }) => Date.parse(startsAt) <= nowMs)
        .reduce<Price | undefined>(higher, undefined)
      const next = steps
        .filter(({ startsAt }) => Date.parse(startsAt) > nowMs)
        // A version that a higher one has already replaced will never be in force.
        .filter(({ version }) => version > (now?.version ?? 0))
        .reduce<Price | undefined>(sooner, undefined)
      return [tool, { now, next }]
    }),
  )
}

function higher(a: Price | undefined, b: Price): Price {
  return a === undefined || b.version > a.version ? b : a
}

function sooner(a: Price | undefined, b: Price): Price {
  if (a === undefined) return b
  const ahead = Date.parse(b.startsAt) - Date.parse(a.startsAt)
  return ahead < 0 || (ahead === 0 && b.version > a.version) ? b : a
}
