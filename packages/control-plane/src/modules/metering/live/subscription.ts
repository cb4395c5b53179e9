import { compareCursors, type LiveCursor } from './cursor.ts'
import type { FedEvent } from './feed.ts'

/** Calls that wait for a slow reader at most; the texts are shared by all readers of an organization. */
export const QUEUE_EVENTS_MAX = 512

/** What a reader of the stream is given, in order. */
export type LiveItem =
  | FedEvent
  /** Calls that did not fit into the queue; the cursor is that of the last of them. */
  | { readonly kind: 'dropped'; readonly count: number; readonly cursor: LiveCursor }
  /** What came since the reader's cursor is out of reach; the stream goes on from here. */
  | { readonly kind: 'gap'; readonly cursor: LiveCursor }
  /** Nothing new: a sign of life, and a newer cursor. */
  | { readonly kind: 'position'; readonly cursor: LiveCursor }
  | { readonly kind: 'signed_out' }

/** One reader's queue: bounded, in order, without a call twice. */
export interface Subscription {
  /** Adds a call unless the reader has it already; counts it as dropped when the queue is full. */
  offer(fed: FedEvent): void
  /** Adds something that is no call. */
  tell(item: Exclude<LiveItem, { kind: 'usage' | 'dropped' }>): void
  /** Everything up to here was offered. */
  reach(cursor: LiveCursor): void
  readonly position: LiveCursor
  readonly isEmpty: boolean
  /** What waits, at most so many items; waits itself when nothing does; undefined after the end. */
  take(itemsMax: number): Promise<readonly LiveItem[] | undefined>
  /** Ends the stream: what waits is thrown away, but for these last words. */
  end(lastWords?: LiveItem): void
}

/** Makes an empty queue that begins at a cursor. */
export function createSubscription(start: LiveCursor): Subscription {
  let items: LiveItem[] = []
  let position = start
  let isEnded = false
  let wake: (() => void) | undefined

  function push(item: LiveItem): void {
    if (isEnded) return
    items.push(item)
    wake?.()
  }

  function drop(cursor: LiveCursor): void {
    const last = items.at(-1)
    const count = last?.kind === 'dropped' ? last.count + 1 : 1
    if (last?.kind === 'dropped') items.pop()
    push({ kind: 'dropped', count, cursor })
  }

  return {
    offer(fed) {
      if (compareCursors(fed.cursor, position) <= 0) return
      position = fed.cursor
      if (items.length < QUEUE_EVENTS_MAX) push(fed)
      else drop(fed.cursor)
    },
    tell: push,
    reach(cursor) {
      if (compareCursors(cursor, position) > 0) position = cursor
    },
    get position() {
      return position
    },
    get isEmpty() {
      return items.length === 0
    },
    async take(itemsMax) {
      if (items.length === 0 && !isEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
      return items.length === 0 ? undefined : items.splice(0, itemsMax)
    },
    end(lastWords) {
      if (isEnded) return
      isEnded = true
      items = lastWords === undefined ? [] : [lastWords]
      wake?.()
    },
  }
}
