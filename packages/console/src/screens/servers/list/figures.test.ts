import type { Price } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { healthFigures, priceFigures } from './figures.ts'

const price = (tool: string, amount: bigint): Price => ({
  id: `prc_${tool}`,
  serverId: 'srv_1',
  tool,
  version: 1,
  price: { amount: amount.toString(), asset: 'USD', display: '' },
  feeBps: 250,
  publishedAt: '2026-01-01T00:00:00.000Z',
  startsAt: '2026-01-01T00:00:00.000Z',
})
const now = Date.parse('2026-02-01T00:00:00Z')
const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 30n }), { minLength: 1 })

test('a range holds every price in force, and begins at free when a tool has none', () => {
  fc.assert(
    fc.property(amounts, fc.nat(3), (list, unpriced) => {
      const prices = list.map((amount, index) => price(`tool_${index}`, amount))
      const { priceFrom, priceTo } = priceFigures(prices, now, list.length + unpriced)
      const [from, to] = [BigInt(priceFrom?.amount ?? -1), BigInt(priceTo?.amount ?? -1)]
      expect(list.every((amount) => from <= amount && amount <= to)).toBe(true)
      expect(list).toContain(to)
      if (unpriced > 0) expect(from).toBe(0n)
      else expect(list).toContain(from)
    }),
  )
})

test('a server without prices in force has no range', () => {
  expect(priceFigures([], now, 3)).toEqual({ priceFrom: null, priceTo: null })
  const announced = { ...price('a', 5n), startsAt: '2026-03-01T00:00:00.000Z' }
  expect(priceFigures([announced], now, 1)).toEqual({ priceFrom: null, priceTo: null })
})

test('the latency of a server is that of its worst gateway, and unknown when none has measured', () => {
  const gateway = (latencyMsP50: number | null, latencyMsP99: number | null) => ({
    gateway: 'gateway-1',
    state: 'healthy' as const,
    reason: null,
    latencyMsP50,
    latencyMsP99,
    observedAt: '2026-01-01T00:00:00.000Z',
  })
  const health = {
    serverId: 'srv_1',
    state: 'healthy' as const,
    reason: null,
    protocol: null,
    revision: null,
    gateways: [gateway(2, 9), gateway(null, null), gateway(3, 4)],
  }
  expect(healthFigures(health)).toEqual({
    health: 'healthy',
    reason: null,
    latencyMsP50: 3,
    latencyMsP99: 9,
  })
  expect(healthFigures({ ...health, gateways: [] }).latencyMsP99).toBeNull()
  expect(healthFigures(undefined).health).toBeNull()
})
