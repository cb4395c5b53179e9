import { LIVE_EVENTS, type DroppedUsage } from '@mcp-orchestra/api/routes/live-usage'
import { writeCursor } from '../live/cursor.ts'
import type { LiveItem, Subscription } from '../live/subscription.ts'
import type { UsageEvent } from '../usage-event.ts'
import { usageEventDocument } from './documents.ts'

/** Events that one write to the socket carries at most. */
const CHUNK_EVENTS_MAX = 64

/** A call is written once, however many read it. */
const written = new WeakMap<UsageEvent, string>()

/**
 * A subscription as the bytes of `text/event-stream`. It is asked for the next ones only when the reader
 * has taken the last, so a slow reader fills its own bounded queue and nothing else.
 */
export function createEventStream(
  subscription: Subscription,
  onLeft: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  return new ReadableStream(
    {
      async pull(controller) {
        const items = await subscription.take(CHUNK_EVENTS_MAX)
        if (items === undefined) {
          onLeft()
          controller.close()
          return
        }
        controller.enqueue(encoder.encode(items.map(textOf).join('')))
      },
      cancel: onLeft,
    },
    { highWaterMark: 0 },
  )
}

function textOf(item: LiveItem): string {
  switch (item.kind) {
    case 'usage':
      return eventText(LIVE_EVENTS.usage, dataOf(item.event), writeCursor(item.cursor))
    case 'dropped': {
      const dropped: DroppedUsage = { count: item.count }
      return eventText(LIVE_EVENTS.dropped, JSON.stringify(dropped), writeCursor(item.cursor))
    }
    case 'gap':
      return eventText(LIVE_EVENTS.gap, '{}', writeCursor(item.cursor))
    case 'position':
      // No data, so no event: it only moves the reader's cursor.
      return `: ping\nid: ${writeCursor(item.cursor)}\n\n`
    case 'signed_out':
      return eventText(LIVE_EVENTS.signedOut, '{}', undefined)
  }
}

function eventText(name: string, data: string, id: string | undefined): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
}

function dataOf(event: UsageEvent): string {
  const text = written.get(event) ?? JSON.stringify(usageEventDocument(event))
  written.set(event, text)
  return text
}
