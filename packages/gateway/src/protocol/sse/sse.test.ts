import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  dataOf,
  formatEvent,
  hasId,
  messageEvent,
  withData,
  withoutId,
  type SseEvent,
} from './event.ts'
import { SSE_EVENT_FIELDS_MAX } from './cutter.ts'
import { SseOverflow } from './overflow.ts'
import { SseParser } from './parser.ts'

const lineText = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\uFEFF]/g, ' '))
const field = fc.record({
  name: fc.constantFrom('data', 'id', 'event', 'retry', '', 'x-new'),
  value: lineText,
})
const event: fc.Arbitrary<SseEvent> = fc.record({
  fields: fc.array(field, { minLength: 1, maxLength: 6 }),
})

function parse(bytes: Uint8Array, cuts: readonly number[]): SseEvent[] {
  const parser = new SseParser()
  const events: SseEvent[] = []
  let at = 0
  for (const cut of [
    ...cuts.map((nat) => nat % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    events.push(...parser.push(bytes.subarray(at, cut)))
    at = cut
  }
  return events
}

test('events survive any chunking, any line ends, and come out field by field as they went in', () => {
  fc.assert(
    fc.property(
      fc.array(event),
      fc.array(fc.nat()),
      fc.constantFrom('\n', '\r\n', '\r'),
      (events, cuts, end) => {
        const wire = events.map(formatEvent).join('').replaceAll('\n', end)
        expect(parse(Buffer.from(wire), cuts)).toEqual(events)
      },
    ),
  )
})

test('replacing the data keeps id, retry, comments and unknown fields in place', () => {
  fc.assert(
    fc.property(event, fc.json(), (before, data) => {
      const after = withData(before, data)
      expect(dataOf(after)).toBe(data)
      const others = (given: SseEvent): unknown =>
        given.fields.filter(({ name }) => name !== 'data')
      expect(others(after)).toEqual(others(before))
    }),
  )
})

test('a message of ours is one event, and an id can be taken off', () => {
  const message = messageEvent('{"a":1}')
  expect(formatEvent(message)).toBe('event: message\ndata: {"a":1}\n\n')
  const named = { fields: [{ name: 'id', value: '7' }, ...message.fields] }
  expect(hasId(named)).toBe(true)
  expect(withoutId(named)).toEqual(message)
})

test('an unfinished event at the end of the stream is not an event', () => {
  expect(parse(Buffer.from('data: 1\n\ndata: 2\n'), [])).toHaveLength(1)
})

test('an event over the cap is refused while it grows, not after', () => {
  const parser = new SseParser(1_000)
  expect(() => {
    for (let round = 0; round < 200; round += 1) parser.push(Buffer.from('data: 0123456789'))
  }).toThrow(SseOverflow)
})

test('an event of very many very short fields is refused: they cost more memory than their text', () => {
  const parser = new SseParser()
  expect(parser.push(Buffer.from('a\n'.repeat(SSE_EVENT_FIELDS_MAX)))).toEqual([])
  expect(() => parser.push(Buffer.from('a\n'))).toThrow(SseOverflow)
})
