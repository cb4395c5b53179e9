import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDistinguishable, makeUri, readMadeUri } from './made-uri.ts'

test.each([
  ['ui://weather/view.html', 'ui://~b-1/weather/view.html'],
  ['skill://refunds/SKILL.md', 'skill://~b-1/refunds/SKILL.md'],
  ['file:///etc/motd', 'file://~b-1//etc/motd'],
  ['test:plain', 'test:~b-1/plain'],
  ['test://items/{id}{?page}', 'test://~b-1/items/{id}{?page}'],
  ['ui://~c/taken', 'ui://~b-1/~c/taken'],
])('%s is told apart as %s, and read back', (uri, made) => {
  expect(makeUri('b-1', uri)).toBe(made)
  expect(readMadeUri(made)).toEqual({ alias: 'b-1', uri })
})

test('a reference relative to a made URI is the made form of the reference', () => {
  const base = new URL(makeUri('b', 'skill://acme/refunds/SKILL.md'))
  expect(new URL('references/GUIDE.md', base).href).toBe(
    makeUri('b', 'skill://acme/refunds/references/GUIDE.md'),
  )
})

test('two servers never make one URI, and what is made always leads back', () => {
  const alias = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/)
  const uri = fc
    .tuple(fc.constantFrom('ui://', 'x:', 'file:///', 'ui://~a/'), fc.string({ maxLength: 20 }))
    .map(([scheme, rest]) => scheme + rest)
  fc.assert(
    fc.property(alias, uri, (name, own) => {
      expect(readMadeUri(makeUri(name, own))).toEqual({ alias: name, uri: own })
    }),
  )
})

test('a page of the web is the same whoever lists it, and what has no scheme stays as it is', () => {
  expect(isDistinguishable('https://example.com/a')).toBe(false)
  expect(isDistinguishable('no scheme')).toBe(false)
  expect(isDistinguishable('ui://a')).toBe(true)
  expect(readMadeUri('ui://weather/~b/x')).toBeUndefined()
})
