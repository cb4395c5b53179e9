import { useQuery, useQueryClient } from '@tanstack/react-query'
import { callQuery, mayArrive } from '../../queries/usage.ts'
import { useOrchestra } from '../../session/index.ts'

/** Whether a call that is not there is still looked for. */
export function useCallArrival(id: string): 'waiting' | 'given up' {
  const options = callQuery(useOrchestra(), id)
  const client = useQueryClient()
  // Follows every look, also those that found nothing new.
  useQuery({ ...options, notifyOnChangeProps: ['dataUpdatedAt'] })
  const state = client.getQueryState(options.queryKey)
  return state !== undefined && mayArrive(state) ? 'waiting' : 'given up'
}
