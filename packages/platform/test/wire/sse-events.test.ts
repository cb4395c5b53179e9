import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readSseEvents } from './sse-events.ts'

function bodyOf(text: string, chunkBytes: number): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(text)
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        controller.enqueue(bytes.subarray(at, at + chunkBytes))
      }
      controller.close()
    },
  })
}

it('events are the same however the bytes are cut', async () => {
  const text = 'id: 1\ndata: é\ndata: {"a":\n\n: keep-alive\n\nevent: message\nid: 2\ndata:\n\n'
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (chunkBytes) => {
      expect(await readSseEvents(bodyOf(text, chunkBytes))).toEqual([
        { id: '1', data: 'é\n{"a":' },
        { id: '2', data: '' },
      ])
    }),
  )
})
