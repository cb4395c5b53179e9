import type { UsageEvent } from '@mcp-orchestra/sdk'

/** Calls that a view keeps: a screen draws hundreds at most, and a call is about 1 KB in memory. */
export const FEED_CALLS_MAX = 1_000
/** Calls that wait while a view is paused; more are read again from the list when it goes on. */
export const FEED_WAITING_MAX = 1_000

/**
 * What a view of calls knows. `calls` is a run without holes from the newest call backwards: whatever
 * may have made a hole sets `holeAbove`, and the newest page of the list mends it.
 */
export type CallFeed = {
  /** Newest first, each once, at most {@link FEED_CALLS_MAX}. */
  readonly calls: readonly UsageEvent[]
  readonly paused: boolean
  /** What came while paused, newest first, at most {@link FEED_WAITING_MAX}. */
  readonly waiting: readonly UsageEvent[]
  /** Calls that came while paused and found no room; they are read from the list on resume. */
  readonly overflowed: number
  /** Calls that the server's stream dropped because this reader was slow. */
  readonly dropped: number
  /**
   * Something newer than this id may be missing: the newest page of the list must be read, and must
   * reach down to it. Undefined: nothing is missing.
   */
  readonly holeAbove: string | undefined
  /** How often something may have been missed: a page that was asked for before the last time mends less. */
  readonly tears: number
  /** Where older calls begin: null: there are none; undefined: the first page has not come. */
  readonly olderCursor: string | null | undefined
  /** Older calls were let go to keep the bound. */
  readonly full: boolean
}

/** A page of `GET /v1/usage`. */
export type CallPage = {
  readonly items: readonly UsageEvent[]
  readonly nextCursor: string | null
}

/** What can happen to a view of calls. */
export type FeedAction =
  /** `tears` as it was when the page was asked for. */
  | { readonly kind: 'newest'; readonly page: CallPage; readonly tears: number }
  | { readonly kind: 'older'; readonly cursor: string; readonly page: CallPage }
  | { readonly kind: 'live'; readonly events: readonly UsageEvent[] }
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'gap' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'reset' }

/** A view that has heard nothing yet. */
export const EMPTY_FEED: CallFeed = {
  calls: [],
  paused: false,
  waiting: [],
  overflowed: 0,
  dropped: 0,
  holeAbove: undefined,
  tears: 0,
  olderCursor: undefined,
  full: false,
}

/** The view after something happened. Pure: any order of pages, events, drops and reconnects is safe. */
export function reduceFeed(feed: CallFeed, action: FeedAction): CallFeed {
  switch (action.kind) {
    case 'newest':
      return withNewest(feed, action.page, action.tears === feed.tears)
    case 'older':
      // An answer to a cursor that is not ours any more would leave a hole between.
      if (action.cursor !== feed.olderCursor) return feed
      return shown({ ...feed, olderCursor: action.page.nextCursor }, action.page.items)
    case 'live':
      return feed.paused ? waited(feed, action.events) : shown(feed, inReach(feed, action.events))
    case 'dropped':
      return { ...torn(feed), dropped: feed.dropped + action.count }
    case 'gap':
      return torn(feed)
    case 'pause':
      return { ...feed, paused: true }
    case 'resume': {
      const whole = feed.overflowed > 0 ? torn(feed) : feed
      return shown(
        { ...whole, paused: false, waiting: [], overflowed: 0 },
        inReach(feed, feed.waiting),
      )
    }
    case 'reset':
      return { ...EMPTY_FEED, paused: feed.paused, tears: feed.tears + 1 }
  }
}

/** From the first hole on, all that is newer than what was shown then is in doubt. */
function torn(feed: CallFeed): CallFeed {
  const holeAbove = feed.holeAbove ?? feed.calls[0]?.id ?? ''
  return { ...feed, holeAbove, tears: feed.tears + 1 }
}

/** A newest page that does not reach what was whole replaces it: the calls between are not known. */
function withNewest(feed: CallFeed, { items, nextCursor }: CallPage, upToDate: boolean): CallFeed {
  const first = feed.olderCursor === undefined
  // While paused nothing moves; the page is asked for again on resume.
  if (feed.paused && !first) return torn(feed)
  const whole = upToDate ? { ...feed, holeAbove: undefined } : feed
  const edge = items.at(-1)?.id ?? ''
  const reached = feed.holeAbove ?? feed.calls[0]?.id ?? ''
  if (nextCursor === null && (first || upToDate)) {
    return shown({ ...whole, olderCursor: null }, items)
  }
  if (!first && edge <= reached) return shown(whole, inReach(feed, items))
  // What is newer than the page came by the stream while the page was on its way.
  const newer = feed.calls.filter(({ id }) => id >= edge)
  return shown({ ...whole, calls: newer, full: false, olderCursor: nextCursor }, items)
}

/** Late calls that sort below what is shown come with the older pages: here they would hide a hole. */
function inReach(feed: CallFeed, events: readonly UsageEvent[]): readonly UsageEvent[] {
  const oldest = feed.calls.at(-1)?.id
  const openBelow = feed.full || typeof feed.olderCursor === 'string'
  return oldest === undefined || !openBelow ? events : events.filter(({ id }) => id > oldest)
}

function shown(feed: CallFeed, events: readonly UsageEvent[]): CallFeed {
  const merged = mergeCalls(feed.calls, events)
  const full = feed.full || merged.length > FEED_CALLS_MAX
  return { ...feed, calls: merged.slice(0, FEED_CALLS_MAX), full }
}

function waited(feed: CallFeed, events: readonly UsageEvent[]): CallFeed {
  const known = new Set(feed.calls.map(({ id }) => id))
  const merged = mergeCalls(
    feed.waiting,
    events.filter(({ id }) => !known.has(id)),
  )
  const waiting = merged.slice(0, FEED_WAITING_MAX)
  return { ...feed, waiting, overflowed: feed.overflowed + merged.length - waiting.length }
}

/** Both, newest first, each once. Ids of usage events sort by time (UUIDv7). */
export function mergeCalls(
  known: readonly UsageEvent[],
  more: readonly UsageEvent[],
): readonly UsageEvent[] {
  const byId = new Map(known.map((call) => [call.id, call]))
  const fresh = new Map(more.filter(({ id }) => !byId.has(id)).map((call) => [call.id, call]))
  if (fresh.size === 0) return known
  return [...fresh.values(), ...known].toSorted((a, b) => (a.id < b.id ? 1 : -1))
}
