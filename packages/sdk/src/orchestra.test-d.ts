import { expectTypeOf, test } from 'vitest'
import type { ListedServer } from './documents.ts'
import {
  clientConfig,
  createOrchestra,
  formatMoney,
  type LiveItem,
  type LiveState,
  type MCPConnection,
  type MCPRequest,
  type MCPResponse,
  type Me,
  type Orchestra,
  type Permission,
  type Receipt,
  type Server,
  type UsageEvent,
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
  expectTypeOf(orchestra.hub.listServers().all).returns.resolves.toEqualTypeOf<ListedServer[]>()
})

test('a session speaks of the member, and its secrets have names', () => {
  expectTypeOf(orchestra.session.signIn).returns.resolves.toEqualTypeOf<Me>()
  expectTypeOf(orchestra.session.signOut).returns.resolves.toBeVoid()
  // @ts-expect-error two strings in a row are easily swapped
  void orchestra.session.signIn('a@b.example', 'password')
})

test('a client in a browser is made without a key, and never with an undefined one', () => {
  expectTypeOf(createOrchestra({ baseUrl: '/' })).toEqualTypeOf<Orchestra>()
  // @ts-expect-error absent is absent (exactOptionalPropertyTypes)
  createOrchestra({ baseUrl: '/', apiKey: undefined })
})

test('a response says what was paid, what went over the wire and how long it took', () => {
  expectTypeOf<MCPResponse['receipt']>().toEqualTypeOf<Receipt | undefined>()
  expectTypeOf<MCPResponse['durationMs']>().toEqualTypeOf<number>()
  expectTypeOf<MCPResponse['frames']>().toEqualTypeOf<{
    readonly request: string
    readonly response: string
  }>()
  expectTypeOf<NonNullable<MCPRequest['onProgress']>>().parameter(0).toEqualTypeOf<{
    readonly progress: number
    readonly total?: number
    readonly message?: string
  }>()
})

test('a live stream is iterated, and every item says what it is', () => {
  const stream = orchestra.usage.live({ side: 'any', outcome: 'complete' })
  expectTypeOf(stream).toExtend<AsyncIterable<LiveItem>>()
  expectTypeOf<Extract<LiveItem, { kind: 'usage' }>['event']>().toEqualTypeOf<UsageEvent>()
  expectTypeOf<Extract<LiveItem, { kind: 'dropped' }>['count']>().toEqualTypeOf<number>()
  expectTypeOf<LiveState>().toEqualTypeOf<'connecting' | 'open' | 'lost'>()
  // @ts-expect-error an outcome that no call can have
  orchestra.usage.live({ outcome: 'maybe' })
  // @ts-expect-error a live stream starts now: only lists look back
  orchestra.usage.live({ from: '2026-01-01T00:00:00Z' })
})

test('a configuration is made for clients that we know', () => {
  const options = { gatewayUrl: 'http://127.0.0.1:7301', apiKey: 'mcpo_test_x' }
  expectTypeOf(clientConfig('codex', options).link).toEqualTypeOf<string | undefined>()
  // @ts-expect-error not one of them
  clientConfig('emacs', options)
})
