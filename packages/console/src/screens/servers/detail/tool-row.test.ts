import type { Tool } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findTools, isPriced, toolRows } from './tool-row.ts'

const tool = (name: string, description: string | null = null): Tool => ({
  name,
  title: null,
  description,
  readOnlyHint: null,
  destructiveHint: null,
  idempotentHint: null,
  openWorldHint: null,
  inputSchema: {},
  definitionHash: '',
  quarantined: null,
  observedAt: '2026-01-01T00:00:00.000Z',
})
const price = { now: undefined, next: undefined }
const names = fc.uniqueArray(fc.string({ minLength: 1 }))

test('every tool that is listed or priced is one line, and no other is', () => {
  fc.assert(
    fc.property(names, names, (listed, priced) => {
      const rows = toolRows(
        listed.map((name) => tool(name)),
        new Map(priced.map((name) => [name, price])),
      )
      expect(rows.map(({ name }) => name).toSorted()).toEqual(
        [...new Set([...listed, ...priced])].toSorted(),
      )
      expect(rows.filter((row) => row.tool !== undefined)).toHaveLength(listed.length)
    }),
  )
})

test('five hundred tools are found by any word of their description', () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    tool(`tool_${index}`, `Does thing ${index}`),
  )
  const rows = toolRows(many, new Map())
  expect(findTools(rows, 'THING 499').map(({ name }) => name)).toEqual(['tool_499'])
  expect(findTools(rows, '')).toHaveLength(500)
})

test('until prices are known no tool has one, and none reads as free', () => {
  const [row] = toolRows([tool('echo')], undefined)
  expect(row?.price).toBeUndefined()
  expect(isPriced(row)).toBe(false)
  expect(isPriced(toolRows([tool('echo')], new Map())[0])).toBe(true)
})
