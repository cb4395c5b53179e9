import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import type { Me, Permission } from '@mcp-orchestra/sdk'
import { core } from './core.ts'
import { noteFound } from './presence.ts'

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me> => {
    const me = await core.session.me({ signal })
    noteFound()
    return me
  },
  staleTime: 60_000,
})

/** Who is signed in; every screen inside the shell may ask. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

/** Whether the signed-in member may do something. */
export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission)
}
