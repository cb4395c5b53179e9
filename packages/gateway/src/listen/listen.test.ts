import type { Instant } from '@mcp-orchestra/kernel'
import { describe, expect, test } from 'vitest'
import { scanObject } from '../protocol/json/scan.ts'
import { splice } from '../protocol/json/splice.ts'
import { withEnvelope } from '../upstream/own-request.ts'
import { observedTools, toolListEdits } from './delivery/tool-list.ts'
import { refusalOf } from './front-door.ts'
import { greetingOf } from './session/greeting.ts'
import { SessionStore } from './session/session-store.ts'

describe('the front door', () => {
  const policy = {
    allowedOrigins: new Set(['https://console.example']),
    allowedHosts: new Set(['mcp.example']),
  }
  const post = { host: 'localhost:7301', 'content-type': 'application/json' }
  const codeOf = (headers: object, method = 'POST'): string | undefined =>
    refusalOf(method, { ...post, ...headers }, policy)?.code

  test('lets in loopback and configured hosts and origins, by whole names', () => {
    for (const host of [
      'localhost',
      '127.0.0.1:7301',
      '[::1]:7301',
      'mcp.example:443',
      'MCP.example',
    ]) {
      expect([host, codeOf({ host })]).toEqual([host, undefined])
    }
    for (const host of ['evil.example', 'localhost.evil.example', 'x.mcp.example', '', undefined]) {
      expect([host, codeOf({ host })]).toEqual([host, 'listen.host_refused'])
    }
    for (const origin of ['https://console.example', 'http://localhost:3000', 'http://[::1]:1']) {
      expect([origin, codeOf({ origin })]).toEqual([origin, undefined])
    }
    for (const origin of [
      'https://evil.example',
      'null',
      'file://localhost',
      'https://localhost.evil.example',
    ]) {
      expect([origin, codeOf({ origin })]).toEqual([origin, 'listen.origin_refused'])
    }
  })

  test('asks for both media types, and takes wildcards', () => {
    expect(codeOf({ accept: 'application/json, text/event-stream;q=0.5' })).toBeUndefined()
    expect(codeOf({ accept: '*/*' })).toBeUndefined()
    expect(codeOf({ accept: 'application/*, text/*' })).toBeUndefined()
    expect(codeOf({ accept: 'text/event-stream' })).toBe('listen.not_acceptable')
    expect(codeOf({ accept: 'application/json' }, 'GET')).toBe('listen.not_acceptable')
    expect(codeOf({ 'content-type': 'application/json; charset=UTF-8' })).toBeUndefined()
    expect(codeOf({ 'content-type': undefined })).toBe('listen.media_type')
  })
})

describe('a list of tools', () => {
  const price = {
    id: 'p',
    serverId: 's',
    tool: 'a',
    version: 2,
    amount: '7',
    asset: 'USD',
    feeBps: 0,
    startsAtMs: 0,
  }
  const forged = '{"name":"b","_meta":{"io.mcp-orchestra/price":"forged","k":1}}'
  const text = `{ "tools":[ {"name":"a", "x":1} ,${forged}, {"name":"secret"},{"nameless":true}], "nextCursor":"n" }`
  const show = (hidden: string): string => {
    const result = scanObject(text)
    if (result === undefined) throw new Error('no object')
    const view = {
      mayCall: (tool: string) => tool !== hidden,
      priceOf: (tool: string) => (tool === 'a' ? price : undefined),
    }
    return splice(text, toolListEdits(text, result, view))
  }
  const tagged =
    '{"_meta":{"io.mcp-orchestra/price":{"amount":"7","asset":"USD","per":"call","version":2}},"name":"a", "x":1}'

  test('carries prices, loses forged ones, and keeps every other byte', () => {
    expect(show('')).toBe(
      text.replace('{"name":"a", "x":1}', tagged).replace(forged, '{"name":"b","_meta":{"k":1}}'),
    )
  })

  test('does not show what may not be called', () => {
    expect(show('secret')).not.toContain('secret')
    expect(JSON.parse(show('secret'))).toMatchObject({
      tools: [{ name: 'a' }, { name: 'b' }, { nameless: true }],
      nextCursor: 'n',
    })
  })

  test('is told to the catalog by the exact definitions', () => {
    const result = scanObject(text)
    expect(result && observedTools(text, result).map(({ name }) => name)).toEqual([
      'a',
      'b',
      'secret',
    ])
  })
})

test('a client that can be asked is known by its capabilities', () => {
  const greeting = (capabilities: object): boolean =>
    greetingOf(JSON.stringify({ capabilities })).declaresReverse
  expect([greeting({}), greeting({ experimental: {} })]).toEqual([false, false])
  expect([
    greeting({ sampling: {} }),
    greeting({ elicitation: {} }),
    greeting({ roots: {} }),
  ]).toEqual([true, true, true])
  expect(greetingOf(undefined).revision).toBe('2025-03-26')
})

test('the modern envelope is added where it is missing, and nothing that stands there is changed', () => {
  expect(JSON.parse(withEnvelope(undefined, '{}'))).toEqual({
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'mcp-orchestra', version: '0.1.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  })
  const own = '{"a":1,"_meta":{"io.modelcontextprotocol/clientCapabilities":{"x":1}}}'
  expect(withEnvelope(own, '{}')).toBe(
    '{"a":1,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"mcp-orchestra","version":"0.1.0"},"io.modelcontextprotocol/clientCapabilities":{"x":1}}}',
  )
})

describe('sessions', () => {
  const caller = (keyId: string): never =>
    ({ keyId, organizationId: 'org_1', key: { id: keyId, organizationId: 'org_1' } }) as never
  const parts = {
    endpointId: 's/srv',
    greeting: greetingOf(undefined),
    openLink: () => undefined as never,
    mintId: () => 1,
  }
  let nowMs = 0
  const clock = { now: () => 0 as Instant, monotonicMs: () => nowMs }
  const store = (more: object = {}): SessionStore => new SessionStore({ clock, ...more })

  test('are found by their own key at their own endpoint alone', () => {
    const sessions = store()
    const session = sessions.open({ ...parts, caller: caller('a') })
    const { id } = session
    expect(id.length).toBeGreaterThanOrEqual(32)
    expect(sessions.find(id, caller('a'), 's/srv')).toBeUndefined()
    sessions.name(session, id)
    expect(sessions.find(id, caller('a'), 's/srv')?.id).toBe(id)
    expect(sessions.find(id, caller('b'), 's/srv')).toBeUndefined()
    expect(sessions.find(id, caller('a'), 'mcp')).toBeUndefined()
    expect(sessions.find('', caller('a'), 's/srv')).toBeUndefined()
  })

  test('end when they are idle, unless a stream is open', () => {
    const sessions = store({ idleMs: 1_000 })
    sessions.open({ ...parts, caller: caller('a') })
    const streaming = sessions.open({ ...parts, caller: caller('a') })
    streaming.streams = 1
    nowMs += 1_001
    sessions.sweep()
    expect([sessions.size, streaming.ended.aborted]).toEqual([1, false])
  })

  test('are bounded: the longest unused makes room, and busy ones are never ended for a new one', () => {
    const sessions = store({ sessionsMax: 2 })
    const first = sessions.open({ ...parts, caller: caller('a') })
    const second = sessions.open({ ...parts, caller: caller('a') })
    sessions.name(first, first.id)
    sessions.find(first.id, caller('a'), 's/srv')
    const third = sessions.open({ ...parts, caller: caller('a') })
    expect([first.ended.aborted, second.ended.aborted, sessions.size]).toEqual([false, true, 2])
    first.streams = 1
    third.streams = 1
    expect(() => sessions.open({ ...parts, caller: caller('a') })).toThrow(/listen|many sessions/)
  })

  test('of one key make room for its own alone', () => {
    const sessions = store({ sessionsPerKeyMax: 2 })
    const other = sessions.open({ ...parts, caller: caller('b') })
    const [first] = [1, 2, 3].map(() => sessions.open({ ...parts, caller: caller('a') }))
    expect([first?.ended.aborted, other.ended.aborted, sessions.size]).toEqual([true, false, 3])
  })

  test('of a revoked key end; the others stay', () => {
    const sessions = store()
    const revoked = sessions.open({ ...parts, caller: caller('a') })
    const other = sessions.open({ ...parts, caller: caller('b') })
    expect(sessions.dropWhere(({ keyId }) => keyId === 'a', undefined as never)).toBe(1)
    expect([revoked.ended.aborted, other.ended.aborted]).toEqual([true, false])
  })
})
