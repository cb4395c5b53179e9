import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Cancel } from './cancel.ts'
import { pause } from './pause.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a pause ends after its time, with the signal, and at once when the signal came before it', async () => {
  const signal = new Cancel()
  let ended = 0
  const note = (): void => void (ended += 1)
  void pause(1_000, signal).then(note)
  void pause(30_000, signal).then(note)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(ended).toBe(1)
  signal.abort(new Error('over'))
  await vi.advanceTimersByTimeAsync(0)
  expect(ended).toBe(2)
  void pause(30_000, signal).then(note)
  await vi.advanceTimersByTimeAsync(0)
  expect(ended).toBe(3)
  expect(vi.getTimerCount()).toBe(0)
})
