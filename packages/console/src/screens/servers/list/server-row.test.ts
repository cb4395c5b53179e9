import type { ListedServer } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SERVER_OWNERS, SERVER_STATES } from '../search.ts'
import { filterRows, serverRow, serverState, type ServerFigures } from './server-row.ts'

const server = (parts: Partial<ListedServer>): ListedServer => ({
  id: 'srv_1',
  alias: 'weather',
  name: 'Weather',
  organizationId: 'org_1',
  endpoint: 'http://127.0.0.1:1/s/weather/mcp',
  enabled: true,
  status: 'active',
  era: 'auto',
  protocol: 'MCP-v1',
  revision: '2025-11-25',
  visibility: 'organization',
  transport: { kind: 'http', url: 'https://mcp.example.com/mcp', headers: {} },
  limits: { callTimeoutMs: 1, resultBytesMax: 1, concurrentCallsMax: 1 },
  announcePrices: true,
  upstreamAuth: null,
  chargeToolErrors: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  summary: figures('healthy'),
  ...parts,
})
const figures = (health: ServerFigures['health']): ServerFigures => ({
  health,
  reason: null,
  latencyMsP50: null,
  latencyMsP99: null,
  toolCount: 0,
  pricedToolCount: 0,
  priceFrom: null,
  priceTo: null,
})

test('a server that is switched off is off, whatever the gateways last saw', () => {
  expect(serverState({ enabled: false }, 'healthy')).toBe('off')
  expect(serverState({ enabled: true }, 'degraded')).toBe('degraded')
})

test('every word has to be found, in any of the texts', () => {
  const rows = [
    serverRow(server({}), 'org_1'),
    serverRow(
      server({ id: 'srv_2', alias: 'files', name: 'Files', summary: figures('down') }),
      'org_2',
    ),
  ]
  const found = (q: string) => filterRows(rows, { q }).map((row) => row.server.alias)
  expect(found(' WEATHER  mcp.example ')).toEqual(['weather'])
  expect(found('srv_2')).toEqual(['files'])
  expect(found('weather files')).toEqual([])
  expect(filterRows(rows, { owner: 'others' }).map((row) => row.server.alias)).toEqual(['files'])
  expect(filterRows(rows, { state: 'down' }).map((row) => row.server.alias)).toEqual(['files'])
})

test('a filter only takes away, and each row is of exactly one state and one owner', () => {
  const anyRow = fc
    .record({
      alias: fc.string(),
      organizationId: fc.constantFrom('org_1', 'org_2'),
      enabled: fc.boolean(),
    })
    .chain((parts) =>
      fc
        .constantFrom('healthy', 'degraded', 'down', 'unknown')
        .map((health) => serverRow(server({ ...parts, summary: figures(health) }), 'org_1')),
    )
  fc.assert(
    fc.property(fc.array(anyRow), fc.string(), (rows, q) => {
      const all = filterRows(rows, { q })
      expect(rows).toEqual(expect.arrayContaining(all))
      const states = SERVER_STATES.flatMap((state) => filterRows(rows, { q, state }))
      const owners = SERVER_OWNERS.flatMap((owner) => filterRows(rows, { q, owner }))
      expect([states.length, owners.length]).toEqual([all.length, all.length])
    }),
  )
})
