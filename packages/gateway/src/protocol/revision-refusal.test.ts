import { expect, test } from 'vitest'
import { revisionInstead } from './revision-refusal.ts'

const refusal = (code: number, supported: unknown): string =>
  JSON.stringify({ code, message: 'Unsupported protocol version', data: { supported } })

test.each([
  [refusal(-32602, ['2024-11-05', '2025-06-18']), '2025-06-18'],
  [refusal(-32022, ['2026-07-28', '2025-03-26']), '2025-03-26'],
  // What was asked for already, what we do not have, and what names nothing is not asked for again.
  [refusal(-32602, ['2025-11-25']), undefined],
  [refusal(-32602, ['1999-01-01', 7]), undefined],
  [refusal(-32602, '2025-06-18'), undefined],
  [refusal(-32603, ['2025-06-18']), undefined],
  ['{"code":-32602,"message":"no"}', undefined],
  ['{"code":-32602,"data":[1]}', undefined],
])('the newest revision of ours that a refusal names is asked for instead: %s', (text, instead) => {
  expect(revisionInstead(text, '2025-11-25')).toBe(instead)
})
