import type { Price } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pricesByTool } from './prices.ts'

const at = (seconds: number) => new Date(seconds * 1_000).toISOString()
const version = (tool: string, number: number, startsAtSeconds: number): Price => ({
  id: `prc_${tool}_${number}`,
  serverId: 'srv_1',
  tool,
  version: number,
  price: { amount: '1', asset: 'USD', display: '0.000000000000000001 USD' },
  metered: null,
  feeBps: 250,
  publishedAt: at(0),
  startsAt: at(startsAtSeconds),
})

test('the highest version that has started is in force, the first higher one to start is announced', () => {
  const prices = [
    version('a', 1, 0),
    version('a', 2, 50),
    version('a', 4, 500),
    version('a', 3, 200),
  ]
  const found = pricesByTool(prices, 100_000).get('a')
  expect([found?.now?.version, found?.next?.version]).toEqual([2, 3])
})

test('a version that a higher one replaced before it started is not announced', () => {
  const found = pricesByTool([version('a', 1, 200), version('a', 2, 50)], 100_000).get('a')
  expect([found?.now?.version, found?.next]).toEqual([2, undefined])
})

test('in any order, what is in force has started, and what is announced has not and is higher', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(9), fc.nat(20)))
  fc.assert(
    fc.property(steps, fc.nat(20), (wanted, now) => {
      const prices = wanted.map(([tool, number, start]) => version(tool, number + 1, start))
      for (const { now: current, next } of pricesByTool(prices, now * 1_000).values()) {
        if (current) expect(Date.parse(current.startsAt)).toBeLessThanOrEqual(now * 1_000)
        if (next) expect(Date.parse(next.startsAt)).toBeGreaterThan(now * 1_000)
        if (current && next) expect(next.version).toBeGreaterThan(current.version)
      }
    }),
  )
})
