import { expect, test } from 'vitest'
import { hintsOf } from './hints.ts'

const names = (tool: Record<string, unknown>): string[] => hintsOf(tool).map(({ name }) => name)

test('what a server did not say is not guessed', () => {
  expect(names({ readOnlyHint: null, idempotentHint: null })).toEqual(['unstated'])
})

test('of a tool that only reads, what it destroys is not spoken of', () => {
  expect(names({ readOnlyHint: true, destructiveHint: true, openWorldHint: true })).toEqual([
    'reads-only',
    'open-world',
  ])
})

test('what may destroy is marked', () => {
  expect(hintsOf({ readOnlyHint: false, destructiveHint: true })).toContainEqual({
    name: 'destructive',
    tone: 'warn',
  })
})
