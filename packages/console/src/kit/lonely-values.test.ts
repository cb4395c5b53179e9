import { expect, test } from 'vitest'
import { lonely } from './lonely-values.ts'

test.each([
  [[], []],
  [[7], [0]],
  [[null, 0, null], [1]],
  [[1, 2, null, 3], [3]],
  [
    [undefined, 4, undefined, 5, 6, null, 7, null],
    [1, 6],
  ],
  [[1, 2, 3], []],
])('of %j the values without neighbours stand at %j', (values, at) => {
  expect(lonely(values)).toEqual(at)
})
