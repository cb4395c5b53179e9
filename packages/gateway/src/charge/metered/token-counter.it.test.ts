import { afterAll, expect, test } from 'vitest'
import { createTokenCounter } from './token-counter.ts'

const counter = createTokenCounter()
afterAll(() => counter.close())

const resultOf = (text: string) => JSON.stringify({ content: [{ type: 'text', text }] })

test('counts as the published tokenizers do', async () => {
  const input = 'hello world'
  const resultText = resultOf('The quick brown fox jumps over the lazy dog.')
  expect(await counter.count({ tokenizer: 'o200k_base', input, resultText })).toEqual({
    input: 2,
    output: 10,
  })
  expect(await counter.count({ tokenizer: 'cl100k_base', input, resultText })).toEqual({
    input: 2,
    output: 10,
  })
})

test('takes what models give a meaning of their own for text, and half a character for one', async () => {
  const wish = {
    tokenizer: 'o200k_base',
    input: '<|endoftext|>',
    resultText: resultOf('\ud83d'),
  } as const
  const units = await counter.count(wish)
  expect(units?.input).toBeGreaterThan(1)
  expect(units?.output).toBeGreaterThan(0)
})

test('many at once are each answered; a text without a space is counted to its end', async () => {
  const long = 'a'.repeat(4_000)
  const units = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      counter.count({
        tokenizer: 'o200k_base',
        input: 'one '.repeat(index + 1),
        resultText: resultOf(long),
      }),
    ),
  )
  const inputs = units.map((one) => one?.input ?? 0)
  expect(inputs).toEqual(inputs.toSorted((a, b) => a - b))
  expect(new Set(units.map((one) => one?.output)).size).toBe(1)
})

test('what waits when it is closed is not counted, and nobody waits for ever', async () => {
  const closing = createTokenCounter()
  const waiting = closing.count({ tokenizer: 'o200k_base', input: 'x', resultText: resultOf('x') })
  await closing.close()
  expect(await waiting).toBeUndefined()
})

test('a result that is no JSON ends the thread, not the gateway: the next count has a new one', async () => {
  const failing = createTokenCounter()
  const wish = { tokenizer: 'o200k_base', input: 'x', resultText: '{' } as const
  expect(await failing.count(wish)).toBeUndefined()
  expect(await failing.count({ ...wish, resultText: resultOf('x') })).toEqual({
    input: 1,
    output: 1,
  })
  await failing.close()
})
