import { OrchestraProblem } from '@mcp-orchestra/sdk'
import { expect, test } from 'vitest'
import { EXIT_CODES, exitCodeOf, UsageError } from './exit-code.ts'

test.each([
  [400, 6],
  [401, 3],
  [402, 5],
  [403, 3],
  [404, 4],
  [409, 6],
  [422, 6],
  [429, 7],
  [500, 7],
  [502, 7],
  [503, 7],
  [504, 7],
])('a refusal with status %i ends with %i', (status, code) => {
  const problem = new OrchestraProblem({ code: 'x.y', status, title: 'X', retryable: false })
  expect(exitCodeOf(problem)).toBe(code)
})

test('a wrong command line ends with 2, a fault of ours with 1', () => {
  expect(exitCodeOf(new UsageError('no'))).toBe(EXIT_CODES.usage)
  expect(exitCodeOf(new TypeError('bug'))).toBe(EXIT_CODES.fault)
})
