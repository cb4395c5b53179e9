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
  ['x:{a}-{b}', 'x:1-2-3', true],
  ['x:{a}/{b}', 'x:1/2', true],
  ['x:{a}{b}', 'x:1', false],
])('%s and %s: %s', (template, uri, matches) => {
  expect(matchesTemplate(template, uri)).toBe(matches)
})

test('a URI is longer than it may be: it matches nothing', () => {
  expect(matchesTemplate('x:{+a}', `x:${'a'.repeat(2_047)}`)).toBe(false)
})

test('a hostile template costs no exponential time', () => {
  expect(matchesTemplate('{+a}'.repeat(33), 'a'.repeat(2_048))).toBe(true)
  expect(matchesTemplate('{+a}'.repeat(34), 'a'.repeat(2_048))).toBe(false)
})
