/** One server-sent event: its id when it has one, and its `data` fields joined by line ends (HTML §9.2.6). */
export type SseEvent = { readonly id: string | undefined; readonly data: string }

/** Reads events from a response body until it ends or `enough` says so; leaves the stream open no longer. */
export async function readSseEvents(
  body: ReadableStream<Uint8Array>,
  enough: (events: readonly SseEvent[]) => boolean = () => false,
): Promise<SseEvent[]> {
  const events: SseEvent[] = []
  let rest = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    // NOTE: a CR ends a line too; the servers of these tests never split a CRLF over two chunks.
    rest += chunk.replaceAll(/\r\n?/g, '\n')
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = parseEvent(rest.slice(0, end))
      if (event !== undefined) events.push(event)
      rest = rest.slice(end + 2)
    }
    if (enough(events)) break
  }
  return events
}

/** Parses one event's lines; undefined for a mere comment. */
function parseEvent(block: string): SseEvent | undefined {
  let id: string | undefined
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(id|data):? ?(.*)$/s.exec(line) ?? []
    if (field === 'id') id = value
    if (field === 'data') data.push(value)
  }
  return id === undefined && data.length === 0 ? undefined : { id, data: data.join('\n') }
}
