import type { EventStore } from '@modelcontextprotocol/server'

/** Events kept per session for `Last-Event-ID`: more than any fixture call sends. */
const EVENTS_MAX = 1_000

type StoredEvent = {
  readonly streamId: string
  readonly message: Parameters<EventStore['storeEvent']>[1]
}

/** The events of one session in memory, so that a client can come back for what it missed. */
export function createEventLog(): EventStore {
  const events = new Map<string, StoredEvent>()
  let last = 0
  return {
    async storeEvent(streamId, message) {
      last += 1
      events.set(String(last), { streamId, message })
      events.delete(String(last - EVENTS_MAX))
      return String(last)
    },
    async getStreamIdForEventId(eventId) {
      return events.get(eventId)?.streamId
    },
    async replayEventsAfter(lastEventId, { send }) {
      const seen = events.get(lastEventId)
      if (seen === undefined) throw new Error('the event is not known any more')
      for (const [eventId, event] of events) {
        if (event.streamId !== seen.streamId || Number(eventId) <= Number(lastEventId)) continue
        // A priming event carries no message.
        if ('jsonrpc' in event.message) await send(eventId, event.message)
      }
      return seen.streamId
    },
  }
}
