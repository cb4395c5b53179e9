import { expect, test } from 'vitest'
import { remembered } from './remembered.ts'

test('a text is read once, and its meaning is always the one that reading it gives', () => {
  const asked: string[] = []
  const lengthOf = remembered((text) => {
    asked.push(text)
    return text.length
  })
  for (const text of ['a', 'bb', 'a', 'bb', '']) expect(lengthOf(text)).toBe(text.length)
  expect(asked).toEqual(['a', 'bb', ''])
})

test('a flood of texts is forgotten again, long ones are not kept at all', () => {
  let reads = 0
  const same = remembered((text) => {
    reads += 1
    return text
  })
  for (let index = 0; index < 1_000; index += 1) expect(same(String(index))).toBe(String(index))
  same('999')
  expect(reads).toBe(1_000)
  same('0')
  expect(reads).toBe(1_001)
  const long = 'x'.repeat(10_000)
  expect([same(long), same(long)]).toEqual([long, long])
  expect(reads).toBe(1_003)
})
