import { OrchestraProblem, type UsageEvent } from '@mcp-orchestra/sdk'
import {
  EMPTY_FEED,
  reduceFeed,
  type CallFeed,
  type CallPage,
  type FeedAction,
} from './call-feed.ts'

/** Events of one frame before they are drawn without waiting for it: a hidden page has no frames. */
export const FRAME_EVENTS_MAX = 200
/** Time between two readings of the newest page, in ms: a stream that drops often must not flood the API. */
export const MEND_EVERY_MS = 1_000

/** Time after which a list that failed for now is read again, in ms. */
export const RETRY_AFTER_MS = 5_000
/** Statuses from here on say that the fault is not the request's. */
const FAULT_STATUS_MIN = 500

/** How the stream is; `off` when the view looks back in time or the stream was refused. */
export type StreamState = 'connecting' | 'open' | 'lost' | 'off'

/** What the stream yields, as the SDK does. */
export type LiveItem =
  | { readonly kind: 'usage'; readonly event: UsageEvent }
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'gap' }

/** What a source needs of the world. */
export type FeedDeps = {
  /** A page of the list; absent cursor: the newest. */
  readonly page: (cursor: string | undefined, signal: AbortSignal) => Promise<CallPage>
  /** The stream; undefined: a view without one. */
  readonly live:
    | ((
        signal: AbortSignal,
        onState: (state: Exclude<StreamState, 'off'>, more?: { retryInMs?: number }) => void,
      ) => AsyncIterable<LiveItem>)
    | undefined
  /** Runs a function before the next frame is drawn. */
  readonly nextFrame: (draw: () => void) => void
  /** Runs a function after a time, in ms; returns what cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** What a view of calls shows. */
export type FeedView = {
  readonly feed: CallFeed
  readonly stream: StreamState
  /** While `lost`: time until the next try, in ms, as it was when the connection was lost. */
  readonly retryInMs: number | undefined
  /** Why the list or the stream was refused; undefined when nothing was. */
  readonly problem: unknown
  readonly loadingOlder: boolean
}

/** A view of calls: the list and the stream as one, for React's external store. */
export type FeedSource = {
  readonly view: () => FeedView
  readonly subscribe: (listener: () => void) => () => void
  /** Starts reading; returns what ends it. */
  readonly start: () => () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly loadOlder: () => void
  /** Reads what was refused again. */
  readonly retry: () => void
}

/** Makes a view of calls; nothing is read before `start`. */
export function createFeedSource(deps: FeedDeps): FeedSource {
  const stream: StreamState = deps.live === undefined ? 'off' : 'connecting'
  const empty = { feed: EMPTY_FEED, retryInMs: undefined, problem: undefined, loadingOlder: false }
  let view: FeedView = { ...empty, stream }
  let ended = new AbortController()
  let mending = false
  let buffer: UsageEvent[] = []
  const listeners = new Set<() => void>()

  const show = (change: Partial<FeedView>): void => {
    view = { ...view, ...change }
    for (const listener of listeners) listener()
  }
  const happen = (action: FeedAction): void => {
    flush()
    const feed = reduceFeed(view.feed, action)
    if (feed !== view.feed) show({ feed })
    void mend()
  }
  function flush(): void {
    const events = buffer
    buffer = []
    if (events.length === 0) return
    const feed = reduceFeed(view.feed, { kind: 'live', events })
    if (feed !== view.feed) show({ feed })
  }

  /** Reads the newest page when something may be missing; one at a time. */
  async function mend(): Promise<void> {
    const { feed, problem } = view
    const first = feed.olderCursor === undefined
    const torn = feed.holeAbove !== undefined && !feed.paused
    if (mending || problem !== undefined || ended.signal.aborted || !(first || torn)) return
    mending = true
    const { signal } = ended
    const { tears } = feed
    try {
      const page = await deps.page(undefined, signal)
      if (!signal.aborted) happen({ kind: 'newest', page, tears })
    } catch (error) {
      if (!signal.aborted) show({ problem: error })
      // Reading is safe to repeat: what may pass passes without anybody's help.
      if (mayPass(error)) deps.after(RETRY_AFTER_MS, () => forget(error))
    } finally {
      deps.after(MEND_EVERY_MS, () => {
        mending = false
        void mend()
      })
    }
  }

  /** Reads again after a problem, unless another one, or a person, was quicker. */
  function forget(problem: unknown): void {
    if (ended.signal.aborted || view.problem !== problem) return
    show({ problem: undefined })
    void mend()
  }

  async function follow(live: NonNullable<FeedDeps['live']>, signal: AbortSignal): Promise<void> {
    try {
      const items = live(signal, (state, more) => {
        if (signal.aborted) return
        show({ stream: state, retryInMs: more?.retryInMs })
        // Whatever came while nobody listened is in the list; a new connection is worth a new try.
        if (state === 'open') {
          show({ problem: undefined })
          happen({ kind: 'gap' })
        }
      })
      for await (const item of items) {
        if (signal.aborted) return
        if (item.kind === 'usage') hear(item.event)
        else happen(item)
      }
    } catch (error) {
      if (!signal.aborted) show({ stream: 'off', problem: error })
    }
  }

  function hear(event: UsageEvent): void {
    buffer.push(event)
    if (buffer.length >= FRAME_EVENTS_MAX) flush()
    else if (buffer.length === 1) deps.nextFrame(flush)
  }

  async function loadOlder(): Promise<void> {
    const cursor = view.feed.olderCursor
    if (typeof cursor !== 'string' || view.loadingOlder) return
    const { signal } = ended
    show({ loadingOlder: true })
    try {
      const page = await deps.page(cursor, signal)
      if (!signal.aborted) happen({ kind: 'older', cursor, page })
    } catch (error) {
      if (!signal.aborted) show({ problem: error })
    } finally {
      show({ loadingOlder: false })
    }
  }

  const begin = (): void => {
    const { signal } = ended
    if (deps.live !== undefined) void follow(deps.live, signal)
    void mend()
  }
  return {
    view: () => view,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      ended = new AbortController()
      const mine = ended
      mending = false
      begin()
      return () => mine.abort()
    },
    pause: () => happen({ kind: 'pause' }),
    resume: () => happen({ kind: 'resume' }),
    loadOlder: () => void loadOlder(),
    retry() {
      const off = view.stream === 'off' && deps.live !== undefined
      show({ problem: undefined, ...(off ? { stream: 'connecting' as const } : {}) })
      if (off) begin()
      else void mend()
    },
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof OrchestraProblem && error.status >= FAULT_STATUS_MIN
}
