/** One event of a stream: its data lines joined, and its id when it has one (WHATWG HTML §9.2). */
export type SseEvent = { readonly id: string | undefined; readonly data: string }

/** The largest single event that the SDK holds in memory: the gateway's default result cap, in characters. */
const EVENT_CHARS_MAX = 268_435_456

/** Reads server-sent events from a response body; comments and unknown fields are skipped. */
export async function* readSse(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder()
  /** Pieces of the line that is not complete yet: joined once, so that a huge event stays linear. */
  let rest: string[] = []
  let restChars = 0
  let id: string | undefined
  let data: string[] = []
  let dataChars = 0
  for await (const chunk of chunksOf(body)) {
    const text = decoder.decode(chunk, { stream: true })
    restChars += text.length
    if (restChars + dataChars > EVENT_CHARS_MAX) throw new RangeError('an event is too large')
    rest.push(text)
    if (!/[\r\n]/.test(text)) continue
    const lines = rest.join('').split(/\r\n|\n|\r(?!$)/)
    const last = lines.pop() ?? ''
    rest = [last]
    restChars = last.length
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, data: data.join('\n') }
        data = []
        dataChars = 0
      } else if (line.startsWith('data:')) {
        const value = fieldValue(line, 'data:')
        data.push(value)
        dataChars += value.length
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
