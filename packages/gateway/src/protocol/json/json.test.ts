import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkJson, JSON_DEPTH_MAX, JsonError, scanArray, scanObject, stringAt } from './scan.ts'
import { duplicateOf, textOf } from './span.ts'
import { editObject, splice } from './splice.ts'

/** Any blank that JSON allows between tokens. */
const blank = fc.stringMatching(/^[ \t\r\n]{0,2}$/)
const value = fc.jsonValue({ maxDepth: 4 })

/** An object in any formatting, with what it should read as. */
const formatted = fc
  .tuple(fc.dictionary(fc.string(), value), fc.array(blank, { minLength: 4, maxLength: 4 }))
  .map(([object, blanks]) => {
    const [a = '', b = '', c = '', d = ''] = blanks
    const body = Object.entries(object)
      .map(
        ([key, item]) =>
          `${a}${JSON.stringify(key)}${b}:${c}${JSON.stringify(item, null, d.replace(/[\r\n]/g, ''))}${d}`,
      )
      .join(',')
    return { object, text: `${b}{${body}${a}}${c}` }
  })

test('the scanner finds the same members as JSON.parse, in any formatting', () => {
  fc.assert(
    fc.property(formatted, ({ text }) => {
      const scanned = scanObject(text)
      const parsed: unknown = JSON.parse(text)
      const rebuilt = Object.fromEntries(
        (scanned?.members ?? []).map((member) => [
          member.key,
          JSON.parse(textOf(text, member.value)),
        ]),
      )
      expect(rebuilt).toEqual(parsed)
    }),
  )
})

test('the elements of an array are found exactly', () => {
  fc.assert(
    fc.property(fc.array(value), fc.constantFrom(undefined, 1, '\t'), (items, indent) => {
      const text = JSON.stringify(items, null, indent)
      const elements = scanArray(text)?.elements.map(
        (span) => JSON.parse(textOf(text, span)) as unknown,
      )
      expect(elements).toEqual(JSON.parse(text))
    }),
  )
})

test('setting and removing members leaves every other byte as it was', () => {
  fc.assert(
    fc.property(
      formatted,
      fc.array(fc.nat(8)),
      value,
      fc.boolean(),
      ({ text }, picks, put, replace) => {
        const scanned = scanObject(text)
        if (scanned === undefined) throw new Error('no object')
        const keys = scanned.members.map((member) => member.key)
        const remove = new Set(picks.flatMap((pick) => keys[pick] ?? []))
        const target = replace ? keys.find((key) => !remove.has(key)) : undefined
        const key = target ?? 'io.mcp-orchestra/added'
        const out = splice(
          text,
          editObject(scanned, { set: new Map([[key, JSON.stringify(put)]]), remove }),
        )
        const expected = JSON.parse(text) as Record<string, unknown>
        for (const gone of remove) delete expected[gone]
        Object.defineProperty(expected, key, {
          value: put,
          enumerable: true,
          configurable: true,
          writable: true,
        })
        expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(expected)))
        for (const member of scanned.members) {
          if (remove.has(member.key) || member.key === key) continue
          expect(out).toContain(textOf(text, member.keySpan))
          expect(out).toContain(textOf(text, member.value))
        }
      },
    ),
  )
})

test('replacing one value changes nothing before and nothing after it', () => {
  fc.assert(
    fc.property(formatted, fc.nat(), value, ({ text }, pick, put) => {
      const members = scanObject(text)?.members ?? []
      const member = members[pick % Math.max(1, members.length)]
      if (member === undefined) return
      const next = JSON.stringify(put)
      const out = splice(text, [{ ...member.value, text: next }])
      expect(out).toBe(text.slice(0, member.value.start) + next + text.slice(member.value.end))
    }),
  )
})

test('an escaped key is the key it spells: a duplicate cannot hide', () => {
  const text = '{"name":"a","n\\u0061me":"b"}'
  const scanned = scanObject(text)
  expect(scanned && duplicateOf(scanned, new Set(['name']))).toBe('name')
})

test('the raw text of an id is kept: 1 is not "1"', () => {
  const text = '{"id":1,"x":"1","y":1.0}'
  const members = scanObject(text)?.members ?? []
  expect(members.map((member) => textOf(text, member.value))).toEqual(['1', '"1"', '1.0'])
  expect(stringAt(text, members[0]?.value)).toBeUndefined()
  expect(stringAt(text, members[1]?.value)).toBe('1')
})

test('what JSON.parse refuses is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      let good = true
      try {
        JSON.parse(text)
      } catch {
        good = false
      }
      if (good) checkJson(text)
      else expect(() => checkJson(text)).toThrow(JsonError)
    }),
  )
})

test('nesting is bounded', () => {
  const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  expect(() => checkJson(nest(JSON_DEPTH_MAX))).not.toThrow()
  expect(() => checkJson(nest(JSON_DEPTH_MAX + 1))).toThrow(JsonError)
  expect(() => checkJson(nest(500_000))).toThrow(JsonError)
})
