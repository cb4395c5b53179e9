import type { Dispatcher } from 'undici'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Cancel } from '../../cancel.ts'
import { sampleServer } from '../../snapshot/testing.ts'
import { StreamableLink } from './streamable-link.ts'
import type { HttpPools } from './pools.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Dispatched = { readonly method: string; readonly handler: Dispatcher.DispatchHandler }

/** A link whose requests leave, and are answered, when the test says so. */
function stagedLink() {
  const dispatched: Dispatched[] = []
  const pool = {
    dispatch({ method }: { method: string }, handler: Dispatcher.DispatchHandler) {
      dispatched.push({ method, handler })
      return true
    },
  }
  const target = { pool, path: '/mcp', headers: {} }
  const pools = {
    inNameOf: { book: undefined, caller: undefined },
    targetOf: () => target,
  } as unknown as HttpPools
  const link = new StreamableLink(pools, sampleServer('a'))
  const signal = new Cancel()
  const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController
  return {
    methods: () => dispatched.map(({ method }) => method),
    leave: (at: number) => dispatched[at]?.handler.onRequestStart?.(controller, {}),
    fail: (at: number) =>
      dispatched[at]?.handler.onResponseError?.(controller, new Error('refused')),
    listen: () => link.listen(undefined, { headers: {}, signal }),
    call: () =>
      link.send('{}', { id: 1, method: 'ping', headers: {}, signal, heldBytesMax: 1_000 }),
  }
}

test('a call leaves after the stream that was opened before it', async () => {
  const { call, leave, listen, methods } = stagedLink()
  void listen()
  void call()
  await vi.advanceTimersByTimeAsync(0)
  expect(methods()).toEqual(['GET'])
  leave(0)
  await vi.advanceTimersByTimeAsync(0)
  expect(methods()).toEqual(['GET', 'POST'])
})

test('a stream that cannot be opened does not keep the call', async () => {
  const { call, fail, listen, methods } = stagedLink()
  const listening = listen().catch((error: unknown) => error)
  void call()
  fail(0)
  expect(await listening).toBeInstanceOf(Error)
  await vi.advanceTimersByTimeAsync(0)
  expect(methods()).toEqual(['GET', 'POST'])
})

test('a stream that does not leave keeps the calls for one second in all', async () => {
  const { call, listen, methods } = stagedLink()
  void listen()
  void call()
  await vi.advanceTimersByTimeAsync(999)
  expect(methods()).toEqual(['GET'])
  await vi.advanceTimersByTimeAsync(1)
  expect(methods()).toEqual(['GET', 'POST'])
  void call()
  await vi.advanceTimersByTimeAsync(0)
  expect(methods()).toEqual(['GET', 'POST', 'POST'])
})
