import type { Id } from '@mcp-orchestra/kernel'
import type { UsageEvent } from '../usage-event.ts'
import type { LiveCursor } from './cursor.ts'

/** A posted call and its place in the stream. */
export type FedEvent = {
  readonly kind: 'usage'
  readonly cursor: LiveCursor
  readonly event: UsageEvent
}

/** What one read found. */
export type FeedPart = {
  /** In the order of posting. */
  readonly events: readonly FedEvent[]
  /** Everything up to here has been read. */
  readonly position: LiveCursor
  /** The limit ended the read: there is more. */
  readonly isCut: boolean
  /** Something is committed but must wait for an older transaction: read again soon. */
  readonly isHeldBack: boolean
  /** What came after the asked cursor was forgotten in part, or is of another history of the database. */
  readonly hasGap: boolean
}

/** The posted calls in the order of their transactions, for as long as the stream reaches back. */
export interface UsageFeed {
  /** Everything that is posted by now lies before it. */
  head(): Promise<LiveCursor>
  /** Calls after a cursor in which one of the organizations takes part. */
  read(query: {
    readonly after: LiveCursor
    readonly organizations: readonly Id<'org'>[]
    readonly limit: number
  }): Promise<FeedPart>
  /** Tells every control-plane process that something was posted. */
  announce(): Promise<void>
  /** Hears of announcements, and of moments when some may have been missed. */
  listen(onAnnounced: () => void): Promise<void>
  /** Forgets what the stream no longer reaches; returns how many batches. */
  prune(): Promise<number>
}
