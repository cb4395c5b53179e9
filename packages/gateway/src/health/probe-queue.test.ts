import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createProbeQueue } from './probe-queue.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Work that ends when it is told to, and says when it began. */
function pieces(names: readonly string[]) {
  const begun: string[] = []
  const ends = new Map(names.map((name) => [name, Promise.withResolvers<string>()]))
  const work = (name: string) => (): Promise<string> => {
    begun.push(name)
    return ends.get(name)?.promise ?? Promise.reject(new Error(name))
  }
  return { begun, ends, work }
}

test('work runs in order, no more at once than there are places, and a failure gives its place up, too', async () => {
  const { begun, ends, work } = pieces(['a', 'b', 'c', 'd'])
  const queue = createProbeQueue(2, 1_000)
  const runs = ['a', 'b', 'c', 'd'].map((name) => queue.run(work(name)))
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual(['a', 'b'])
  ends.get('b')?.reject(new Error('down'))
  await expect(runs[1]).rejects.toThrow('down')
  expect(begun).toEqual(['a', 'b', 'c'])
  ends.get('a')?.resolve('A')
  expect(await runs[0]).toBe('A')
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
})

test('work that hangs goes on, but the next begins after its time', async () => {
  const { begun, ends, work } = pieces(['hangs', 'next', 'last'])
  const queue = createProbeQueue(1, 1_000)
  const runs = ['hangs', 'next', 'last'].map((name) => queue.run(work(name)))
  await vi.advanceTimersByTimeAsync(999)
  expect(begun).toEqual(['hangs'])
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toEqual(['hangs', 'next'])
  ends.get('hangs')?.resolve('late')
  expect(await runs[0]).toBe('late')
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual(['hangs', 'next'])
  ends.get('next')?.resolve('done')
  expect(await runs[1]).toBe('done')
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual(['hangs', 'next', 'last'])
})
