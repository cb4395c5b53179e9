import { expect, test } from 'vitest'
import { matchesTemplate } from './uri-template.ts'

test.each([
  ['test://template/{id}/data', 'test://template/42/data', true],
  ['test://template/{id}/data', 'test://template/4/2/data', false],
  ['test://template/{id}/data', 'test://template//data', false],
  ['file:///{+path}', 'file:///a/b/c.txt', true],
  ['demo://x{?q,page}', 'demo://x', true],
  ['demo://x{?q,page}', 'demo://x?q=1&page=2', true],
  ['demo://x', 'demo://xy', false],
])('%s and %s: %s', (template, uri, matches) => {
  expect(matchesTemplate(template, uri)).toBe(matches)
})

test('a hostile template costs no exponential time', () => {
  expect(matchesTemplate('{+a}'.repeat(200), 'a'.repeat(300))).toBe(true)
})
