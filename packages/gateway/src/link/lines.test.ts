import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLines } from './lines.ts'

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const cut of [
    ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    yield bytes.subarray(from, cut)
    from = Math.max(from, cut)
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

test('lines come out whole however the stream is cut, in any script', async () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\n'))
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat()), async (lines, cuts) => {
      const bytes = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(''))
      const text = new TextDecoder().decode(bytes)
      const read = await all(readLines(chunksOf(bytes, cuts)))
      expect(read).toEqual(text.split('\n').filter((part) => part !== ''))
    }),
  )
})

test('a line over the cap ends the stream before it is held whole', async () => {
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(1_024).fill(97)
  }
  await expect(all(readLines(endless(), 4_096))).rejects.toMatchObject({ code: 'link.garbled' })
})
