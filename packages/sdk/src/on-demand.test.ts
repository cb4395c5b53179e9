import { expect, test } from 'vitest'
import { onDemand } from './on-demand.ts'

test('a part is loaded with its first use, and once, however many ask', async () => {
  let loads = 0
  const part = onDemand(() => Promise.resolve((loads += 1)))
  expect([part.peek(), loads]).toEqual([undefined, 0])
  expect(await Promise.all([part.get(), part.get()])).toEqual([1, 1])
  expect(await part.peek()).toBe(1)
})

test('a part that did not load is a platform that cannot be reached, and is tried again', async () => {
  let loads = 0
  const part = onDemand(() => {
    loads += 1
    return loads === 1 ? Promise.reject(new TypeError('failed to fetch')) : Promise.resolve(loads)
  })
  await expect(part.get()).rejects.toMatchObject({ code: 'sdk.unreachable', retryable: true })
  expect(await part.get()).toBe(2)
})
