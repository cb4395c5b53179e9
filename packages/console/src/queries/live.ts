import { OrchestraProblem, type OrchestraScreens } from '@mcp-orchestra/sdk'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { noteNobody } from '../session/index.ts'
import { presence } from '../session/presence.ts'
import { createFeedSource, type FeedDeps, type FeedSource, type FeedView } from './feed-source.ts'
import { present } from './search-word.ts'
import { callPage, type CallFilter } from './usage.ts'

/** Calls of a filter as they happen and as far back as was asked for. */
export function useCallFeed(
  orchestra: OrchestraScreens,
  filter: CallFilter,
): FeedView & Omit<FeedSource, 'view' | 'subscribe' | 'start'> {
  // A filter is a few words: equal words are the same view, whoever made the object.
  const words = JSON.stringify(filter)
  const source = useMemo(
    () => sourceOf(orchestra, JSON.parse(words) as CallFilter),
    [orchestra, words],
  )
  useEffect(() => source.start(), [source])
  useEffect(() => followSession(source), [source])
  const view = useSyncExternalStore(source.subscribe, source.view)
  const { pause, resume, loadOlder, retry } = source
  return { ...view, pause, resume, loadOlder, retry }
}

function sourceOf(orchestra: OrchestraScreens, filter: CallFilter): FeedSource {
  const { side, serverId, tool, outcome, organizationId, to } = filter
  const followed = present({ side, serverId, tool, outcome, organizationId })
  const live: FeedDeps['live'] = (signal, onState) =>
    orchestra.usage.live(followed, { signal, onState })
  return createFeedSource({
    page: (cursor, signal) => callPage(orchestra, filter, cursor, signal),
    // The stream is of now: a view that ends in the past has none.
    live: to === undefined ? live : undefined,
    nextFrame: (draw) => requestAnimationFrame(draw),
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
}

/** A refused stream may mean that the session ended; whoever signs in again has the view back. */
function followSession(source: FeedSource): () => void {
  const refused = (): boolean => {
    const { problem } = source.view()
    return problem instanceof OrchestraProblem && problem.status === 401
  }
  const endings = [
    source.subscribe(() => {
      if (refused()) noteNobody()
    }),
    presence.subscribe(() => {
      if (presence.get() === 'signed-in' && refused()) source.retry()
    }),
  ]
  return () => endings.forEach((end) => end())
}
