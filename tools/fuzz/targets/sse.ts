import assert from 'node:assert/strict'
import {
  dataOf,
  formatEvent,
  idOf,
  withData,
  withoutData,
  withoutId,
  type SseEvent,
} from '../../../packages/gateway/src/protocol/sse/event.ts'
import { SseOverflow } from '../../../packages/gateway/src/protocol/sse/overflow.ts'
import { SseParser } from '../../../packages/gateway/src/protocol/sse/parser.ts'
import { bytesOf, chunksOf, refusing, splitLine, type Target } from '../target.ts'

/** An event stream: the same events whatever the chunks, those that a plain reader of the standard finds. */
export const sse: Target = {
  name: 'sse',
  seeds: [
    '3,9\nevent: message\ndata: {"a":1}\nid: 7\n\n: ping\n\nretry: 5\rdata\r\rdata:x\r\n\r\n',
    '\n\xef\xbb\xbfdata: \xc3\xa9\n\ndata: unfinished',
  ],
  words: [
    'data: ',
    'data:',
    'id: ',
    'event: ',
    'retry: ',
    ': ',
    '\r\n',
    '\n\n',
    '\xef\xbb\xbf',
    '\xc3',
  ],
  run(input) {
    const [cuts, body] = splitLine(input)
    const bytes = bytesOf(body)
    const parser = new SseParser()
    const events = chunksOf(cuts, bytes).flatMap((chunk) => parser.push(chunk))
    assert.deepEqual(events, plainly(new TextDecoder().decode(bytes)))
    const small = new SseParser(CHARS_MAX)
    refusing(SseOverflow, () => chunksOf(cuts, bytes).map((chunk) => small.push(chunk)))
    for (const event of events) reads(event)
  },
}

/** Small enough that inputs get over it. */
const CHARS_MAX = 200

function reads(event: SseEvent): void {
  const written = formatEvent(event)
  // A mark of byte order that is not at the start of its stream is text; at the start it is not.
  if (!written.startsWith('\ufeff')) {
    assert.deepEqual(new SseParser().push(Buffer.from(written)), [event])
  }
  const data = dataOf(event)
  if (data !== undefined) assert.deepEqual(dataOf(withData(event, data)), data)
  assert.equal(idOf(withoutId(event)), undefined)
  assert.equal(dataOf(withoutData(event)), undefined)
}

/** The standard read word by word (WHATWG HTML §9.2.6), with everything in memory. */
function plainly(text: string): SseEvent[] {
  const lines = text.split(/\r\n|\r|\n/)
  lines.pop()
  const events: SseEvent[] = []
  let fields: { name: string; value: string }[] = []
  for (const line of lines) {
    if (line !== '') {
      const [, name = '', value = ''] = /^([^:]*)(?::\x20?([\s\S]*))?$/.exec(line) ?? []
      fields.push({ name, value })
      continue
    }
    if (fields.length > 0) events.push({ fields })
    fields = []
  }
  return events
}
