import type { List } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wholeList } from './whole-list.ts'

function listOfNumbers(count: number, onRead: (item: number) => void): List<number> {
  async function* items() {
    for (let item = 0; item < count; item += 1) {
      onRead(item)
      yield item
    }
  }
  return {
    [Symbol.asyncIterator]: items,
    page: () => Promise.reject(new Error('a page is not asked for')),
    all: () => Promise.reject(new Error('the whole is not asked for')),
  }
}

test('a list is read to its end or to the bound, never further than one item beyond', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(40), fc.nat(40), async (count, max) => {
      let read = 0
      const list = listOfNumbers(count, () => (read += 1))
      const { items, more } = await wholeList(list, max)
      expect(items).toHaveLength(Math.min(count, max))
      expect(more).toBe(count > max)
      expect(read).toBeLessThanOrEqual(max + 1)
    }),
  )
})
