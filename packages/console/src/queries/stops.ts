import type { OrchestraScreens, StopWish } from '@mcp-orchestra/sdk'
import { mutationOptions, queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Time between two readings of the stops in force, in ms: another person may press the button too. */
const STOPS_EVERY_MS = 10_000
/** Stops that the console holds at most. */
const ROWS_MAX = 200

/** Where the organization's spending is stopped now. */
export const stopsQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['stops'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.stops.list({ state: 'in_force', limit: PAGE_ITEMS, signal }), ROWS_MAX),
    refetchInterval: STOPS_EVERY_MS,
  })

/** Stops spending: connected gateways have ended what ran and cost before this resolves. Never shown before it is true. */
export const stopMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['stops', 'stop'],
    mutationFn: (wish: StopWish) => orchestra.stops.stop(wish),
    onSuccess: (_stopped, _variables, _result, { client }) =>
      client.invalidateQueries({ queryKey: ['stops'] }),
  })

/** Lets spending go on. */
export const resumeMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['stops', 'resume'],
    mutationFn: (id: string) => orchestra.stops.resume(id),
    onSuccess: (_resumed, _variables, _result, { client }) =>
      client.invalidateQueries({ queryKey: ['stops'] }),
  })
