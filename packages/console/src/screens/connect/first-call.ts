import type { OrchestraScreens, UsageEvent } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { useCallFeed } from '../../queries/live.ts'

/** Time between two looks at the list of calls while there is no stream, in ms. */
const LOOK_EVERY_MS = 3_000
/** Calls of one look: among so many new ones the key's own is found even in a busy organization. */
const LOOK_ITEMS = 100

/** The first calls of a key that have been seen, newest last; heard live, or looked for while the stream is away. */
export function useFirstCall(
  orchestra: OrchestraScreens,
  key: { readonly id: string; readonly createdAt: string },
): { readonly call: UsageEvent | undefined; readonly live: boolean } {
  const { feed, stream } = useCallFeed(orchestra, { side: 'payer', from: key.createdAt })
  const live = stream === 'open'
  const heard = feed.calls.findLast(({ keyId }) => keyId === key.id)
  const looked = useQuery({
    queryKey: ['usage', 'first', key.id],
    queryFn: async ({ signal }) => {
      const calls = orchestra.usage.list({
        side: 'payer',
        from: key.createdAt,
        limit: LOOK_ITEMS,
        signal,
      })
      const { items } = await calls.page()
      return items.findLast(({ keyId }) => keyId === key.id) ?? null
    },
    enabled: !live && heard === undefined,
    refetchInterval: ({ state }) => (state.data ? false : LOOK_EVERY_MS),
  })
  return { call: heard ?? looked.data ?? undefined, live }
}
