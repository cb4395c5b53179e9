import { instant, type Clock } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { benchServer } from '../listen/testing.ts'
import { rev20251125 } from '../protocol/rev-2025-11-25/codec.ts'
import { CallAbort } from './call-abort.ts'
import { Call, type CallFacts } from './call.ts'

const server = benchServer('s', { kind: 'http', url: 'http://127.0.0.1/mcp' })
const facts = { mintedId: 1, codec: rev20251125, server, method: 'tools/call' } as CallFacts
const clock: Clock = { now: () => instant(0), monotonicMs: () => performance.now() }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a deadline stands still while the client is asked, and its time is not counted', async () => {
  const call = new Call(facts, clock, () => undefined)
  call.expireAfter(1_000)
  vi.advanceTimersByTime(600)
  call.pauseDeadline()
  call.pauseDeadline()
  vi.advanceTimersByTime(500_000)
  expect(call.signal.aborted).toBe(false)
  expect(call.elapsedMs).toBe(600)
  call.resumeDeadline()
  call.resumeDeadline()
  vi.advanceTimersByTime(399)
  expect(call.signal.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(call.signal.reason).toMatchObject({ outcome: 'timeout' })
  expect(call.elapsedMs).toBe(1_000)
  await call.settle('timeout', 0)
})

test('a call that ends while the client is asked has no deadline any more', async () => {
  const call = new Call(facts, clock, () => undefined)
  call.expireAfter(1_000)
  call.pauseDeadline()
  call.abort(new CallAbort('cancelled', undefined))
  await call.settle('cancelled', 0)
  call.resumeDeadline()
  expect(vi.getTimerCount()).toBe(0)
})
