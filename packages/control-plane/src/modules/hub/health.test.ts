import { instant } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { combineHealth, slowest, type GatewayHealth } from './health.ts'

const view = (over: Partial<GatewayHealth>): GatewayHealth => ({
  gateway: 'gateway-1',
  incarnationId: 'inc_0',
  state: 'healthy',
  era: 'legacy',
  revision: '2025-11-25',
  reason: null,
  latencyMsP50: null,
  latencyMsP99: null,
  observedAt: instant(1),
  ...over,
})

test('a server nobody looked at is unknown', () => {
  expect(combineHealth([])).toEqual({
    state: 'unknown',
    reason: null,
    protocol: null,
    revision: null,
  })
})

test('one gateway that reaches it keeps it in service; another that does not makes it degraded', () => {
  const down = view({ gateway: 'gateway-2', state: 'down', reason: 'refused', era: null })
  expect(combineHealth([view({})]).state).toBe('healthy')
  expect(combineHealth([view({}), down])).toMatchObject({ state: 'degraded', reason: 'refused' })
  expect(combineHealth([down])).toMatchObject({ state: 'down', protocol: null })
})

test('the eras have the seed’s names, and the newest sight of one counts', () => {
  expect(combineHealth([view({})]).protocol).toBe('MCP-v1')
  const modern = view({ era: 'modern', revision: '2026-07-28', observedAt: instant(2) })
  expect(combineHealth([view({}), modern])).toMatchObject({
    protocol: 'MCP-v2',
    revision: '2026-07-28',
  })
})

test('the latency of a server is that of its slowest gateway, and unknown when none has measured', () => {
  const views = [view({ latencyMsP50: 2, latencyMsP99: 9 }), view({}), view({ latencyMsP50: 3 })]
  expect(slowest(views, 'latencyMsP50')).toBe(3)
  expect(slowest(views, 'latencyMsP99')).toBe(9)
  expect(slowest([view({})], 'latencyMsP99')).toBeNull()
})
