import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSse, type SseEvent } from './sse.ts'

async function eventsOf(chunks: readonly Uint8Array[]): Promise<SseEvent[]> {
  const events: SseEvent[] = []
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  for await (const event of readSse(body)) events.push(event)
  return events
}

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''))
const event = fc.record({
  name: fc.option(fc.stringMatching(/^[a-z_]{1,8}$/), { nil: undefined }),
  id: fc.option(fc.stringMatching(/^[a-z0-9]{1,8}$/), { nil: undefined }),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
})

test('events are the same however the network cuts them, with any line ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 5 }),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      async (events, end, cuts) => {
        const text = events
          .map(({ name, id, lines }) =>
            [
              ': comment',
              ...(name === undefined ? [] : [`event: ${name}`]),
              ...(id === undefined ? [] : [`id: ${id}`]),
              ...lines.map((data) => `data: ${data}`),
              '',
              '',
            ].join(end),
          )
          .join('')
        const bytes = new TextEncoder().encode(text)
        const chunks: Uint8Array[] = []
        for (let start = 0, cut = 0; start < bytes.length; cut += 1) {
          const size = cuts[cut % cuts.length] ?? 1
          chunks.push(bytes.subarray(start, start + size))
          start += size
        }
        let lastId: string | undefined
        const expected = events.map(({ name = 'message', id, lines }) => {
          lastId = id ?? lastId
          return { name, id: lastId, data: lines.join('\n') }
        })
        expect(await eventsOf(chunks)).toEqual(expected)
      },
    ),
  )
})

test('an event that the network cut off is no event', async () => {
  expect(await eventsOf([new TextEncoder().encode('data: {"a":1}\n')])).toEqual([])
})

test('an event that is larger than allowed is refused before it is held', async () => {
  const body = new Response(`data: ${'x'.repeat(101)}\n\n`).body
  const read = async (): Promise<void> => {
    if (body === null) return
    for await (const event of readSse(body, { eventCharsMax: 100 })) expect(event).toBeUndefined()
  }
  await expect(read()).rejects.toBeInstanceOf(RangeError)
})
