import { assert } from '@mcp-orchestra/kernel'

/** One server-sent event, as a client understands it. */
export type SentEvent = { readonly event: string; readonly id: string; readonly data: unknown }

/** What a client sends that goes on where it was. */
export function resumeFrom(id: string) {
  return { headers: { 'last-event-id': id } }
}

/** The ids of the calls that were sent. */
export function idsOf(events: readonly SentEvent[]): unknown[] {
  return events.map(({ data }) => (data as { id?: unknown } | undefined)?.id)
}

/** Reads a live stream as a client does, event by event. */
export type LiveReader = {
  readonly answer: Response
  /** The newest id that was sent, with or without an event: what a client resumes from. */
  readonly lastEventId: string
  /** The next event; undefined at the end of the stream. */
  next(): Promise<SentEvent | undefined>
  /** The next so many events. */
  take(count: number): Promise<SentEvent[]>
  leave(): Promise<void>
}

/** Waits until the stream has told where it begins: what is posted from then on is in it. */
export async function openLiveReader(answer: Response): Promise<LiveReader> {
  assert(answer.ok && answer.body !== null, `a stream, not ${answer.status}`)
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let lastEventId = ''

  async function block(): Promise<string | undefined> {
    for (let end = text.indexOf('\n\n'); ; end = text.indexOf('\n\n')) {
      if (end >= 0) {
        const found = text.slice(0, end)
        text = text.slice(end + 2)
        return found
      }
      const { done, value } = await reader.read()
      if (done) return undefined
      text += value
    }
  }

  async function next(): Promise<SentEvent | undefined> {
    for (;;) {
      const found = await block()
      if (found === undefined) return undefined
      const fields = new Map(
        found.split('\n').map((line) => {
          const colon = line.indexOf(':')
          return [line.slice(0, colon), line.slice(colon + 1).trimStart()]
        }),
      )
      lastEventId = fields.get('id') ?? lastEventId
      const data = fields.get('data')
      if (data !== undefined) {
        return { event: fields.get('event') ?? 'message', id: lastEventId, data: JSON.parse(data) }
      }
      // A cursor without an event: the very first says where the stream begins.
      if (!isOpen) return undefined
    }
  }

  let isOpen = false
  const first = await next()
  isOpen = true
  const early = first === undefined ? [] : [first]
  return {
    answer,
    get lastEventId() {
      return lastEventId
    },
    next: async () => early.shift() ?? (await next()),
    async take(count) {
      const taken: SentEvent[] = []
      while (taken.length < count) {
        const event = early.shift() ?? (await next())
        assert(event !== undefined, `the stream ended after ${taken.length} of ${count} events`)
        taken.push(event)
      }
      return taken
    },
    leave: () => reader.cancel(),
  }
}
