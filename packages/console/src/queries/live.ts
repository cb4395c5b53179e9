import { OrchestraProblem, type Orchestra } from '@mcp-orchestra/sdk'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { noteNobody } from '../session/index.ts'
import { presence } from '../session/presence.ts'
import {
  createFeedSource,
  type FeedDeps,
  type FeedSource,
  type FeedView,
  type LiveItem,
} from './feed-source.ts'
import { present } from './search-word.ts'
import { callPage, type CallFilter } from './usage.ts'

/** Calls of a filter as they happen and as far back as was asked for. */
export function useCallFeed(
  orchestra: Orchestra,
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

function sourceOf(orchestra: Orchestra, filter: CallFilter): FeedSource {
  const { side, serverId, tool, outcome, organizationId, to } = filter
  const live: FeedDeps['live'] =
    organizationId === undefined
      ? (signal, onState) =>
          orchestra.usage.live(present({ side, serverId, tool, outcome }), { signal, onState })
      : readAgain
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

/** Time between two readings of another organization's list, in ms: its stream is its own. */
const READ_AGAIN_MS = 3_000

/** Stands in for a stream where there is none: says again and again that something may be missing. */
async function* readAgain(
  signal: AbortSignal,
  onState: (state: 'open') => void,
): AsyncGenerator<LiveItem> {
  onState('open')
  while (!signal.aborted) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, READ_AGAIN_MS)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    yield { kind: 'gap' }
  }
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
