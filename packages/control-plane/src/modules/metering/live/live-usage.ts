import { LIVE_PING_MS } from '@mcp-orchestra/api/routes/live-usage'
import { Problem, type Id } from '@mcp-orchestra/kernel'
import type { UsageFilter } from '../ports.ts'
import { refuse } from '../problems.ts'
import type { UsageEvent } from '../usage-event.ts'
import type { LiveCursor } from './cursor.ts'
import type { FedEvent, UsageFeed } from './feed.ts'
import { spaced } from './spaced.ts'
import { createSubscription, type Subscription } from './subscription.ts'

/** Streams of one organization in one process: a team with a few tabs each. */
export const STREAMS_PER_ORGANIZATION_MAX = 16
/** Streams of one process in all: at worst 512 calls of a kilobyte wait for each. */
export const STREAMS_MAX = 256
/** Calls that one read fetches at most: half a queue, so that a reader who keeps up drops none in a burst. */
const READ_EVENTS_MAX = 256
/** Calls that a returning reader is given at most; who missed more reads them from the list. */
export const RESUME_EVENTS_MAX = 500
/** Between two reads, in ms: bounds the reads of a process to fifty a second, whatever is posted. */
const ROUND_SPACING_MS = 20
/** What waits for an older transaction is read again after this long, in ms. */
const HELD_BACK_MS = 50
/** Without an announcement it is read this often, in ms: one may be lost with its process or connection. */
const POLL_MS = 1_000
/** Each stream's session or key is looked at this often, in ms; what ends in this process, at once. */
const RECHECK_MS = 5_000

/** Where no stream is free, one may be after this long, in seconds. */
const RETRY_AFTER_SECONDS = 10

/** What a reader asks for. */
export type LiveWish = {
  readonly filter: UsageFilter
  /** Whose stream it is; absent: that of the organization whose calls it shows. An operator takes none of a customer's. */
  readonly askedBy?: Id<'org'>
  /** Where the reader was; `unreadable` when it brought something that is no cursor. */
  readonly after: LiveCursor | 'unreadable' | undefined
  /** Throws a 401 or 403 problem once the reader may no longer read. */
  readonly check: () => Promise<void>
}

/** Calls as they are posted, to the members of the organizations that take part in them. */
export interface LiveUsage {
  start(): Promise<void>
  /** Ends all streams. */
  close(): void
  /** Something was posted by this process: wakes the readers of all, once for many. */
  announce(): void
  /** Opens a stream from now or from a cursor on, or refuses (`metering.too_many_streams`). */
  open(wish: LiveWish): Promise<Subscription>
  /** Ends the streams of sessions and keys that are gone. */
  recheck(): void
  leave(subscription: Subscription): void
}

type Reader = LiveWish & { readonly subscription: Subscription }
type Joiner = LiveWish & {
  readonly resolve: (subscription: Subscription) => void
  readonly reject: (error: unknown) => void
}

/** One reader of the feed per process: it reads once for all streams, and fans out in memory. */
export function createLiveUsage(deps: {
  readonly feed: UsageFeed
  /** Told of reads and announcements that failed; the next ones make up for them. */
  readonly onError: (error: unknown) => void
}): LiveUsage {
  const { feed } = deps
  const readers = new Map<Subscription, Reader>()
  /** Streams by whose calls they show: only theirs are read. */
  const watched = new Map<Id<'org'>, number>()
  /** Streams by who asked for them: each has a bound. */
  const held = new Map<Id<'org'>, number>()
  const timers: NodeJS.Timeout[] = []
  let joiners: Joiner[] = []
  let streams = 0
  let position: LiveCursor = { transaction: 0n, seq: 0 }
  let isClosed = false

  function onError(error: unknown): void {
    // What was under way at the end has nobody left to fall behind.
    if (!isClosed) deps.onError(error)
  }

  function count(wish: LiveWish, change: 1 | -1): void {
    streams += change
    add(watched, wish.filter.organizationId, change)
    add(held, holderOf(wish), change)
  }

  function leave(subscription: Subscription): void {
    const reader = readers.get(subscription)
    if (reader === undefined) return
    readers.delete(subscription)
    count(reader, -1)
    subscription.end()
  }

  /** Brings all readers up to what is posted; then lets in whoever asked before it began. */
  async function round(): Promise<void> {
    const entering = joiners
    joiners = []
    try {
      await catchUp()
      // With nobody to tell, what is posted until now is nobody's news.
      if (readers.size === 0) position = await feed.head()
      for (const joiner of entering) await enter(joiner)
    } catch (error) {
      for (const joiner of entering) joiner.reject(error)
      throw error
    }
  }

  async function catchUp(): Promise<void> {
    for (let isCut = true; isCut && readers.size > 0;) {
      const organizations = [...watched.keys()]
      const part = await feed.read({ after: position, organizations, limit: READ_EVENTS_MAX })
      isCut = part.isCut
      position = part.position
      const ofOrganization = sortByOrganization(part.events)
      for (const { subscription, filter } of readers.values()) {
        const own = ofOrganization.get(filter.organizationId) ?? []
        if (part.hasGap) subscription.tell({ kind: 'gap', cursor: position })
        for (const fed of own) if (matches(filter, fed.event)) subscription.offer(fed)
        subscription.reach(position)
      }
      if (part.isHeldBack) setTimeout(wake, HELD_BACK_MS).unref()
    }
  }

  /** Between two reads of the feed, so that nothing falls between the reader's past and its present. */
  async function enter(joiner: Joiner): Promise<void> {
    const { after, filter } = joiner
    const missed = after === undefined ? [] : await missedBy(filter, after)
    const isReturning = missed !== undefined && after !== undefined && after !== 'unreadable'
    const subscription = createSubscription(isReturning ? after : position)
    if (missed === undefined) subscription.tell({ kind: 'gap', cursor: position })
    for (const fed of missed ?? []) if (matches(filter, fed.event)) subscription.offer(fed)
    subscription.reach(position)
    if (subscription.isEmpty) subscription.tell({ kind: 'position', cursor: position })
    readers.set(subscription, { ...joiner, subscription })
    joiner.resolve(subscription)
  }

  /** The calls since a cursor; undefined when they are too many or out of reach. */
  async function missedBy(
    { organizationId }: UsageFilter,
    after: LiveCursor | 'unreadable',
  ): Promise<readonly FedEvent[] | undefined> {
    if (after === 'unreadable') return undefined
    const limit = RESUME_EVENTS_MAX + 1
    const part = await feed.read({ after, organizations: [organizationId], limit })
    return part.hasGap || part.isCut ? undefined : part.events
  }

  const wake = spaced(ROUND_SPACING_MS, async () => {
    // Who wanted to enter is told by `round`; who is in stays, and the next poll goes on from here.
    if (readers.size > 0 || joiners.length > 0) await round().catch(onError)
  })

  const announce = spaced(ROUND_SPACING_MS, async () => {
    if (!isClosed) await feed.announce().catch(onError)
  })

  const recheck = spaced(ROUND_SPACING_MS, async () => {
    for (const { subscription, check } of readers.values()) {
      const isOver = await check().then(() => false, isRefusal)
      if (!isOver) continue
      subscription.end({ kind: 'signed_out' })
      leave(subscription)
    }
  })

  function ping(): void {
    for (const { subscription } of readers.values()) {
      if (!subscription.isEmpty) continue
      subscription.tell({ kind: 'position', cursor: subscription.position })
    }
  }

  return {
    async start() {
      await feed.listen(wake)
      timers.push(
        setInterval(wake, POLL_MS),
        setInterval(recheck, RECHECK_MS),
        setInterval(ping, LIVE_PING_MS),
      )
    },
    close() {
      isClosed = true
      for (const timer of timers) clearInterval(timer)
      for (const subscription of readers.keys()) leave(subscription)
      for (const joiner of joiners) joiner.reject(refuse('metering.streams_closing'))
      joiners = []
    },
    announce,
    recheck,
    leave,
    async open(wish) {
      const own = held.get(holderOf(wish)) ?? 0
      if (own >= STREAMS_PER_ORGANIZATION_MAX || streams >= STREAMS_MAX) {
        throw refuse('metering.too_many_streams', { retryAfterSeconds: RETRY_AFTER_SECONDS })
      }
      count(wish, 1)
      try {
        return await new Promise<Subscription>((resolve, reject) => {
          if (isClosed) throw refuse('metering.streams_closing')
          joiners.push({ ...wish, resolve, reject })
          wake()
        })
      } catch (error) {
        count(wish, -1)
        throw error
      }
    },
  }
}

function holderOf({ askedBy, filter }: LiveWish): Id<'org'> {
  return askedBy ?? filter.organizationId
}

function add(counts: Map<Id<'org'>, number>, id: Id<'org'>, change: 1 | -1): void {
  const now = (counts.get(id) ?? 0) + change
  if (now === 0) counts.delete(id)
  else counts.set(id, now)
}

/** Each call under its payer and under its publisher: a reader looks at those of its organization only. */
function sortByOrganization(events: readonly FedEvent[]): Map<Id<'org'>, FedEvent[]> {
  const sorted = new Map<Id<'org'>, FedEvent[]>()
  for (const fed of events) {
    for (const id of new Set([fed.event.payerId, fed.event.publisherId])) {
      const own = sorted.get(id)
      if (own === undefined) sorted.set(id, [fed])
      else own.push(fed)
    }
  }
  return sorted
}

function matches(filter: UsageFilter, event: UsageEvent): boolean {
  const { organizationId, side, serverId, tool, outcome } = filter
  const pays = event.payerId === organizationId && side !== 'publisher'
  const publishes = event.publisherId === organizationId && side !== 'payer'
  return (
    (pays || publishes) &&
    (serverId === undefined || event.serverId === serverId) &&
    (tool === undefined || event.tool === tool) &&
    (outcome === undefined || event.outcome === outcome)
  )
}

/** A refusal of the credential; a database that is away says nothing about it. */
function isRefusal(error: unknown): boolean {
  return error instanceof Problem && (error.kind.status === 401 || error.kind.status === 403)
}
