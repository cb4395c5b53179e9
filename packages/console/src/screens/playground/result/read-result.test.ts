import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayOpen, PARTS_MAX, readResult, schemeOf } from './read-result.ts'

test('whatever a server sends is read without an error', () => {
  const part = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: fc.constantFrom('text', 'image', 'audio', 'resource', 'resource_link', 'new'),
      text: fc.jsonValue({ maxDepth: 1 }),
      data: fc.jsonValue({ maxDepth: 1 }),
      uri: fc.jsonValue({ maxDepth: 1 }),
      resource: fc.jsonValue({ maxDepth: 1 }),
    }),
  )
  const result = fc.record({
    content: fc.oneof(fc.array(part), fc.jsonValue()),
    isError: fc.jsonValue(),
    structuredContent: fc.jsonValue(),
  })
  fc.assert(
    fc.property(result, (given) => {
      const read = readResult(given)
      const sent = Array.isArray(given.content) ? given.content.length : 0
      expect(read.parts.length + read.omitted).toBe(sent)
      for (const shown of read.parts)
        if (shown.kind === 'text') expect(shown.text).toBeTypeOf('string')
    }),
  )
})

test('a part of an unknown kind is kept as it is', () => {
  const value = { type: 'hologram', data: 1 }
  expect(readResult({ content: [value] }).parts).toEqual([{ kind: 'other', value }])
})

test('ten thousand parts are counted, not drawn', () => {
  const content = Array.from({ length: 10_000 }, () => ({ type: 'text', text: 'x' }))
  const { parts, omitted } = readResult({ content })
  expect([parts.length, omitted]).toEqual([PARTS_MAX, 10_000 - PARTS_MAX])
})

test.each([
  ['https://example.com/a', true],
  ['http://example.com', true],
  ['javascript:alert(1)', false],
  [' javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['file:///etc/passwd', false],
  ['test://static-resource', false],
  ['//example.com', false],
  ['https://', false],
])('%s may be opened: %s', (uri, opens) => {
  expect(mayOpen(uri)).toBe(opens)
})

test('the scheme is what stands before the first colon', () => {
  expect(schemeOf('Demo+X://a')).toBe('demo+x')
  expect(schemeOf('no scheme')).toBeUndefined()
})
