import { expect, test } from 'vitest'
import { listOf, type Page } from './pages.ts'

function numbers(): { list: ReturnType<typeof listOf<number>>; asked: (string | undefined)[] } {
  const asked: (string | undefined)[] = []
  const list = listOf<number>(
    { limit: 2 },
    async ({ cursor, limit = 0 }): Promise<Page<number>> => {
      asked.push(cursor)
      const start = Number(cursor ?? 0)
      const items = [1, 2, 3, 4, 5].slice(start, start + limit)
      return { items, nextCursor: start + limit < 5 ? String(start + limit) : null }
    },
  )
  return { list, asked }
}

test('a list is read to its end, a page at a time', async () => {
  const { list, asked } = numbers()
  expect(await list.all()).toEqual([1, 2, 3, 4, 5])
  expect(asked).toEqual([undefined, '2', '4'])
})

test('pages that are not needed are not asked for', async () => {
  const { list, asked } = numbers()
  for await (const item of list) if (item === 2) break
  expect(asked).toEqual([undefined])
})

test('one page alone can be read', async () => {
  expect(await numbers().list.page()).toEqual({ items: [1, 2], nextCursor: '2' })
})
