import { instant } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TOOLS_MAX, toolsOf } from './tool.ts'

/** UTF-16 code units of any kind: NUL and halves of surrogate pairs too. */
const text = fc
  .array(fc.oneof(fc.constantFrom(0, 0xd800, 0xdfff), fc.integer({ min: 0, max: 0xffff })))
  .map((units) => String.fromCharCode(...units))

const observed = fc.record(
  {
    name: text,
    title: text,
    description: text,
    definitionHash: text,
    inputSchema: fc.jsonValue(),
  },
  { requiredKeys: ['name', 'definitionHash'] },
)

test('whatever a server lists, what is kept fits the database: names once, bounded, without NUL', () => {
  fc.assert(
    fc.property(fc.array(observed, { maxLength: 20 }), (list) => {
      const kept = toolsOf(list, instant(1))
      const names = kept.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      for (const { name, title, description, definitionHash } of kept) {
        const all = `${name}${title}${description}${definitionHash}`
        expect(all.includes('\0')).toBe(false)
        expect(all.isWellFormed()).toBe(true)
      }
      expect(names.every((name) => name !== '')).toBe(true)
    }),
  )
})

test('a flood of tools and a huge schema are cut', () => {
  const flood = Array.from({ length: TOOLS_MAX + 5 }, (_, index) => ({
    name: `t${index}`,
    definitionHash: 'h',
  }))
  expect(toolsOf(flood, instant(1))).toHaveLength(TOOLS_MAX)
  const huge = { name: 'a', definitionHash: 'h', inputSchema: { x: 'y'.repeat(300_000) } }
  expect(toolsOf([huge], instant(1))).toMatchObject([{ name: 'a', inputSchema: null }])
})

test('a schema that is too deep is not kept', () => {
  let deep: unknown = {}
  for (let depth = 0; depth < 100; depth += 1) deep = { items: deep }
  const tool = { name: 'a', definitionHash: 'h', inputSchema: deep }
  expect(toolsOf([tool], instant(1))).toMatchObject([{ inputSchema: null }])
})
