import type { SnapshotChange, SnapshotMessage } from '@mcp-orchestra/api/snapshot'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Assembly } from './assembly.ts'

const changesOf = (count: number): SnapshotChange[] =>
  Array.from({ length: count }, (_, at) => ({ kind: 'key', id: String(at), body: null }))
const HEARTBEAT = { type: 'heartbeat', version: 1, epoch: 1 } as const

test('parts and their message are one message with all changes in order, and the next begins anew', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.array(fc.nat(20)), (count, cuts) => {
      const assembly = new Assembly()
      const changes = changesOf(count)
      for (let round = 0; round < 2; round += 1) {
        const at = cuts.map((cut) => Math.min(cut, count)).toSorted((a, b) => a - b)
        const pieces = [0, ...at].map((from, index) => changes.slice(from, at[index] ?? count))
        const last = pieces.pop() ?? []
        for (const piece of pieces)
          expect(assembly.take({ type: 'part', changes: piece })).toBeUndefined()
        const full: SnapshotMessage = { type: 'full', version: 7, epoch: 1, changes: last }
        expect(assembly.take(full)).toEqual({ ...full, changes })
        expect(assembly.take(HEARTBEAT)).toBe(HEARTBEAT)
      }
    }),
  )
})

test('a snapshot without end is refused with a sentence that says so', () => {
  const assembly = new Assembly(2)
  for (let at = 0; at < 2; at += 1) assembly.take({ type: 'part', changes: [] })
  expect(() => assembly.take({ type: 'part', changes: [] })).toThrow(
    expect.objectContaining({
      code: 'link.garbled',
      detail: expect.stringContaining('more than 2 parts') as unknown,
    }),
  )
})
