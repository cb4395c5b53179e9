import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalNumber, compareDecimals, isInteger, isMultipleOf } from './decimal.ts'
import { equals } from './equality.ts'
import { JsonNumber, type Json } from './json.ts'
import { parseJson } from './parse-json.ts'
import { removeAt, renameAt, setAt, valueAt, type Path } from './path.ts'
import { fromPlain, lossyNumbers, writeJson } from './write-json.ts'

const numberText = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    fc.option(fc.stringMatching(/^[0-9]{1,20}$/)),
  )
  .map(([whole, fraction]) => (fraction === null ? `${whole}` : `${whole}.${fraction}`))

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    numberText.map((text) => new JsonNumber(text)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')), {
        maxLength: 4,
      })
      .map((members) => Object.fromEntries(members)),
  ),
})).value

test('what is written is read again, to the last digit, in both layouts', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(0, 2), (value, indent) => {
      const text = writeJson(value, indent)
      const again = parseJson(text)
      expect(again.ok && writeJson(again.value, indent)).toBe(text)
      expect(again.ok && equals(again.value, value)).toBe(true)
    }),
  )
})

test('reading agrees with JSON.parse on what is JSON, but for names that occur twice', () => {
  const nearly = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '\\', '0', ' ', 'e', '-'))
    .map(([text, at, noise]) => {
      const cut = at % (text.length + 1)
      return text.slice(0, cut) + noise + text.slice(cut + (at % 2))
    })
  fc.assert(
    fc.property(nearly, (text) => {
      const parsed = parseJson(text)
      if (!parsed.ok && parsed.fault.code === 'duplicate_name') return
      let expected: unknown
      let isJson = true
      try {
        expected = JSON.parse(text)
      } catch {
        isJson = false
      }
      expect(parsed.ok).toBe(isJson)
      if (parsed.ok) expect(JSON.parse(writeJson(parsed.value))).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

test('JSON.stringify sends a number with the digits that were typed', () => {
  expect(JSON.stringify({ a: new JsonNumber('12345678901234567890.10') })).toBe(
    '{"a":12345678901234567890.10}',
  )
})

test('faults are named with line and column', () => {
  expect(parseJson('{\n  "a": 1,\n  "a": 2\n}')).toEqual({
    ok: false,
    fault: { code: 'duplicate_name', line: 3, column: 3, name: 'a' },
  })
  expect(parseJson('[1, 2')).toEqual({ ok: false, fault: { code: 'syntax', line: 1, column: 6 } })
  expect(parseJson('['.repeat(100_000))).toMatchObject({ fault: { code: 'too_deep' } })
})

test('only numbers that a double changes are called lossy', () => {
  const value = fromPlain([1, 0.1, 1e21])
  expect(lossyNumbers([...(Array.isArray(value) ? value : []), new JsonNumber('1.0')])).toEqual([])
  expect(lossyNumbers([new JsonNumber('9007199254740993'), new JsonNumber('1e400')])).toEqual([
    '9007199254740993',
    '1e400',
  ])
})

test('decimals are compared exactly', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
      fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
      fc.nat(20),
      (a, b, scale) => {
        const order = a === b ? 0 : a < b ? -1 : 1
        expect(compareDecimals(`${a}e-${scale}`, `${b}e-${scale}`)).toBe(order)
        expect(canonicalNumber(`${a}e${scale}`)).toBe(
          canonicalNumber(`${a * 10n ** BigInt(scale)}`),
        )
      },
    ),
  )
  expect(isMultipleOf('0.3', '0.1')).toBe(true)
  expect(isInteger('1.0')).toBe(true)
  expect(isInteger('1e-2')).toBe(false)
  expect(compareDecimals('1e999999999', '1')).toBeUndefined()
})

const path: fc.Arbitrary<Path> = fc.array(
  fc.oneof(fc.string(), fc.constant('__proto__'), fc.nat(3)),
  {
    maxLength: 4,
  },
)

test('what is set at a path is found there, and the value it was set in stays as it was', () => {
  fc.assert(
    fc.property(json, path, json, (root, at, value) => {
      const before = writeJson(root)
      const names = at.filter((step) => typeof step === 'string')
      expect(valueAt(setAt(root, names, value), names)).toBe(value)
      removeAt(root, at)
      setAt(root, at, value)
      expect(writeJson(root)).toBe(before)
      expect(valueAt(removeAt(setAt(root, names, value), names), names)).toBe(
        names.length === 0 ? value : undefined,
      )
    }),
  )
})

test('a rename keeps the place of the member and never overwrites another', () => {
  const root: Json = { a: 'x', b: 'y' }
  expect(writeJson(renameAt(root, [], 'a', 'c'), 0)).toBe('{"c":"x","b":"y"}')
  expect(renameAt(root, [], 'a', 'b')).toBe(root)
})
