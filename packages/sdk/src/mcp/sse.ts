/** One event of a stream: its name, its data lines joined, and the last id that was said (WHATWG HTML §9.2). */
export type SseEvent = {
  /** `message` unless the event says otherwise. */
  readonly name: string
  readonly id: string | undefined
  readonly data: string
}

/** How a stream is read. */
export type SseOptions = {
  /** The largest single event that is held in memory, in characters. */
  readonly eventCharsMax?: number
  /** Told of every piece that arrives, comments included: the other side lives. */
  readonly onBytes?: () => void
  /** Told of every id when its block ends, also of a block without data, which is no event but moves the last id. */
  readonly onId?: (id: string) => void
}

/** The largest single event of MCP that the SDK holds in memory: the most that a server's result cap can be, in characters. */
const EVENT_CHARS_MAX = 268_435_456

/** Reads server-sent events from a response body; comments and unknown fields are skipped. */
export async function* readSse(
  body: ReadableStream<Uint8Array>,
  { eventCharsMax = EVENT_CHARS_MAX, onBytes, onId }: SseOptions = {},
): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder()
  /** Pieces of the line that is not complete yet: joined once, so that a huge event stays linear. */
  let rest: string[] = []
  let restChars = 0
  let name = ''
  let id: string | undefined
  let saidId: string | undefined
  let data: string[] = []
  let dataChars = 0
  for await (const chunk of chunksOf(body)) {
    onBytes?.()
    const text = decoder.decode(chunk, { stream: true })
    restChars += text.length
    if (restChars + dataChars > eventCharsMax) throw new RangeError('an event is too large')
    rest.push(text)
    if (!/[\r\n]/.test(text)) continue
    const lines = rest.join('').split(/\r\n|\n|\r(?!$)/)
    const last = lines.pop() ?? ''
    rest = [last]
    restChars = last.length
    for (const line of lines) {
      if (line === '') {
        if (id !== undefined && id !== saidId) onId?.(id)
        saidId = id
        if (data.length > 0) yield { name: name || 'message', id, data: data.join('\n') }
        name = ''
        data = []
        dataChars = 0
      } else if (line.startsWith('data:')) {
        const value = fieldValue(line, 'data:')
        data.push(value)
        dataChars += value.length
      } else if (line.startsWith('event:')) {
        name = fieldValue(line, 'event:')
      } else if (line.startsWith('id:')) {
        id = fieldValue(line, 'id:')
      }
    }
  }
}

function fieldValue(line: string, field: string): string {
  const value = line.slice(field.length)
  return value.startsWith(' ') ? value.slice(1) : value
}

/** The chunks of a body; by a reader, because not every browser iterates streams. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
