import { expectTypeOf, test } from 'vitest'
import {
  createOrchestra,
  formatMoney,
  type MCPConnection,
  type MCPResponse,
  type Orchestra,
  type Permission,
  type Receipt,
  type Server,
} from './index.ts'

const orchestra = createOrchestra({ baseUrl: 'http://127.0.0.1:7300', apiKey: 'mcpo_test_x' })

test('the seed’s verbs have the seed’s shapes, and are strict where the seed is loose', () => {
  expectTypeOf(orchestra).toEqualTypeOf<Orchestra>()
  expectTypeOf(orchestra.hub.registerMCP).returns.resolves.toEqualTypeOf<MCPConnection>()
  expectTypeOf(orchestra.hub.manageConnection).parameter(1).toEqualTypeOf<'on' | 'off'>()
  expectTypeOf(orchestra.hub.routeRequest).returns.resolves.toEqualTypeOf<MCPResponse>()
  expectTypeOf<MCPConnection['protocol']>().toEqualTypeOf<'MCP-v1' | 'MCP-v2' | null>()
  expectTypeOf<MCPConnection['status']>().toEqualTypeOf<'active' | 'inactive' | 'maintenance'>()
  expectTypeOf(orchestra.users.issueAPIKey).parameter(1).toEqualTypeOf<readonly Permission[]>()
})

test('a wrong word does not compile', () => {
  // @ts-expect-error there is no third state
  void orchestra.hub.manageConnection('srv', 'paused')
  // @ts-expect-error a permission that is not in the catalogue
  void orchestra.users.issueAPIKey('me', ['everything:do'], { name: 'x' })
  // @ts-expect-error money is text, never a number
  void orchestra.prices.set('srv', 'echo', 0.001)
  // @ts-expect-error a stdio server is named by its command
  void orchestra.hub.registerMCP({ alias: 'x', transport: { kind: 'stdio', url: 'http://x' } })
  // @ts-expect-error a top-up without a key could add twice
  void orchestra.balance.topUp('org', '1', {})
})

test('money is never a number', () => {
  expectTypeOf(formatMoney).parameter(0).toEqualTypeOf<{
    readonly amount: string
    readonly asset: string
  }>()
  expectTypeOf<Receipt['charged']>().toEqualTypeOf<
    { readonly amount: string; readonly asset: string } | undefined
  >()
})

test('lists are iterated item by item', () => {
  expectTypeOf(orchestra.hub.listServers()).toExtend<AsyncIterable<Server>>()
  expectTypeOf(orchestra.hub.listServers().all).returns.resolves.toEqualTypeOf<Server[]>()
})
