import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPurchaseOwners } from './owner.ts'

const slots = (count: number): { id: string; internalUrl: string }[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `gateway-${index + 1}`,
    internalUrl: `http://127.0.0.1:${9_000 + index}`,
  }))

const ownerAt = (name: string, count: number, key: string): string => {
  const owner = createPurchaseOwners({ gateways: () => slots(count) }, name).ownerOf(key)
  return owner.kind === 'self' ? name : owner.id
}

test('every gateway names the same owner for a purchase', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 6 }), (key, count) => {
      const named = slots(count).map(({ id }) => ownerAt(id, count, key))
      expect(new Set(named).size).toBe(1)
    }),
  )
})

test('a further slot takes purchases over, and moves none between the others', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 6 }), (key, count) => {
      const before = ownerAt('gateway-1', count, key)
      const after = ownerAt('gateway-1', count + 1, key)
      expect([before, `gateway-${count + 1}`]).toContain(after)
    }),
  )
})

test('a lone gateway, and one that knows of no slots yet, owns everything', () => {
  expect(createPurchaseOwners({ gateways: () => [] }, 'gateway-1').ownerOf('k')).toEqual({
    kind: 'self',
  })
  expect(ownerAt('gateway-1', 1, 'k')).toBe('gateway-1')
})
