import { parseUsd } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { newIdempotencyKey, readAmount } from './top-up-form.ts'

it.each([
  ['', 'missing'],
  ['  ', 'missing'],
  ['0', 'zero'],
  ['0.000', 'zero'],
  ['-1', 'malformed'],
  ['+1', 'malformed'],
  ['1,5', 'malformed'],
  ['1e3', 'malformed'],
  ['.5', 'malformed'],
  ['1.', 'malformed'],
  ['1234567890123', 'malformed'],
  ['0.0000000000000000001', 'malformed'],
  ['one', 'malformed'],
])('%j cannot be topped up: %s', (text, fault) => {
  expect(readAmount(text)).toEqual({ fault })
})

it.each([' 1 ', '0.000000000000000001', '999999999999.5', '5.00'])('%j can', (text) => {
  expect(readAmount(text)).toEqual({ usd: text.trim() })
})

it('what is accepted is exact, and what is typed never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.float().map(String), fc.stringMatching(/^\d{0,14}\.?\d{0,20}$/)),
      (text) => {
        const read = readAmount(text)
        if ('usd' in read) expect(parseUsd(read.usd) > 0n).toBe(true)
      },
    ),
  )
})

it('no two keys are the same', () => {
  const keys = Array.from({ length: 100 }, newIdempotencyKey)
  expect(new Set(keys).size).toBe(100)
})
