import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteQueue, QUEUED_BYTES_MAX } from './byte-queue.ts'

function tracked(): { queue: ByteQueue; state: { paused: boolean; cancelled: number } } {
  const state = { paused: false, cancelled: 0 }
  const queue = new ByteQueue({
    pause: () => (state.paused = true),
    resume: () => (state.paused = false),
    cancel: () => (state.cancelled += 1),
  })
  return { queue, state }
}

test('every chunk comes out once, in order, and the end is the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1 })), async (chunks) => {
      const { queue } = tracked()
      for (const chunk of chunks) queue.push(chunk)
      queue.end()
      const got: Uint8Array[] = []
      for await (const chunk of queue) got.push(chunk)
      expect(got).toEqual(chunks)
    }),
  )
})

test('a full queue pauses its source, an empty one lets it go on', async () => {
  const { queue, state } = tracked()
  queue.push(new Uint8Array(QUEUED_BYTES_MAX))
  expect(state.paused).toBe(false)
  queue.push(new Uint8Array(1))
  expect(state.paused).toBe(true)
  await queue.next()
  expect(state.paused).toBe(true)
  await queue.next()
  expect(state.paused).toBe(false)
})

test('a reader that leaves early gives the source up; one that stays to the end does not', async () => {
  const early = tracked()
  early.queue.push(new Uint8Array(1))
  for await (const _chunk of early.queue) break
  expect(early.state.cancelled).toBe(1)
  const late = tracked()
  late.queue.end()
  for await (const _chunk of late.queue) break
  expect(late.state.cancelled).toBe(0)
})

test('a source that breaks rejects the waiting reader', async () => {
  const { queue } = tracked()
  const waiting = queue.next()
  queue.fail(new Error('broke'))
  await expect(waiting).rejects.toThrow('broke')
})
