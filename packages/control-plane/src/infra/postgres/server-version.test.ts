import { expect, test } from 'vitest'
import { refuseOldServer } from './server-version.ts'

test('servers before 15 are refused in a sentence that names theirs', () => {
  expect(refuseOldServer('140013', '14.13 (Debian)')).toBe(
    'PostgreSQL 15 or later is needed; this server is 14.13 (Debian).',
  )
  expect(refuseOldServer('90624', '9.6.24')).toContain('9.6.24')
})

test('15 and later are accepted, and what has no number is not', () => {
  expect(refuseOldServer('150000', '15.0')).toBeUndefined()
  expect(refuseOldServer('190001', '19beta1')).toBeUndefined()
  expect(refuseOldServer('', 'unknown')).toContain('unknown')
})
