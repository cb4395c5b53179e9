import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import {
  MODERN_META,
  modernHeaders,
  openLegacySession,
  postRaw,
  type HeadersFor,
  type RawTarget,
} from '../wire/raw-client.ts'
import { readRpcAnswer, type RpcAnswer } from '../wire/rpc-answer.ts'

/** The documented bound of a request body. */
const BODY_BYTES_MAX = 4 * 1024 * 1024

let fixture: FixtureServer
let servers: Record<'legacy' | 'modern', RawServer>
let relay: TestRelay
let session: HeadersFor

beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'legacy', port: 0 })
  servers = {
    legacy: await startRawServer({ era: 'legacy', script: {} }),
    modern: await startRawServer({ era: 'modern', script: {} }),
  }
  const over = (url: string) => ({ kind: 'http', url, headers: {} }) as const
  relay = await startTestRelay({
    legacy: { era: 'legacy', transport: over(servers.legacy.url) },
    modern: { era: 'modern', transport: over(servers.modern.url) },
    sessions: { era: 'legacy', transport: over(fixture.url) },
  })
  session = await openLegacySession(relay.transparent('legacy'))
})
afterAll(async () => {
  await relay.close()
  await Promise.all([fixture.close(), servers.legacy.close(), servers.modern.close()])
})

const headersOf = (era: 'legacy' | 'modern'): HeadersFor =>
  era === 'legacy' ? session : modernHeaders
const metaOf = (era: 'legacy' | 'modern') => (era === 'modern' ? `"_meta":{${MODERN_META}}` : '')

async function say(
  target: RawTarget,
  text: string,
  headers: Readonly<Record<string, string>>,
): Promise<RpcAnswer> {
  return readRpcAnswer(await postRaw(target, text, headers))
}

describe.each(['legacy', 'modern'] as const)('%s', (era) => {
  const call = (extra = '') =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"${extra === '' ? '' : `,${extra}`}}}`

  it('malformed JSON is a parse error', async () => {
    const headers = headersOf(era)('tools/list', undefined)
    const answer = await say(relay.transparent(era), '{"jsonrpc":"2.0","id":1,', headers)
    expect(answer).toMatchObject({ status: 400, code: -32_700, id: null })
  })

  it('a batch is an invalid request: no revision from 2025-06-18 on allows one', async () => {
    const headers = headersOf(era)('tools/list', undefined)
    const batch = `[{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{${metaOf(era)}}}]`
    const answer = await say(relay.transparent(era), batch, headers)
    expect(answer).toMatchObject({ status: 400, code: -32_600 })
  })

  it('a message that is not JSON-RPC is an invalid request', async () => {
    const headers = headersOf(era)('tools/list', undefined)
    for (const text of [
      '7',
      '"x"',
      'null',
      '{}',
      '{"jsonrpc":"1.0","id":1,"method":"tools/list"}',
    ]) {
      const answer = await say(relay.transparent(era), text, headers)
      expect([400, text, answer.code]).toEqual([answer.status, text, -32_600])
    }
  })

  it.each(['id', 'method', 'params'])('a message that says %s twice is refused', async (member) => {
    const twice = { id: '"id":2', method: '"method":"ping"', params: '"params":{}' }[member]
    const text = call(metaOf(era)).replace(/\}$/, `,${twice}}`)
    const answer = await say(relay.transparent(era), text, headersOf(era)('tools/call', 'x'))
    expect(answer).toMatchObject({ status: 400, code: -32_600 })
  })

  it('a body over 4 MiB is refused', async () => {
    const text = call(
      `${metaOf(era)}${era === 'modern' ? ',' : ''}"arguments":{"a":"${'x'.repeat(BODY_BYTES_MAX)}"}`,
    )
    const answer = await say(relay.transparent(era), text, headersOf(era)('tools/call', 'x'))
    expect(answer).toMatchObject({ status: 413, problem: 'listen.body_too_large' })
  })

  it.each([
    ['no key', {}],
    ['a key that is no key', { apiKey: 'letmein' }],
    ['a well-formed key that nobody issued', { apiKey: `mcpo_live_${'0'.repeat(49)}` }],
  ])('%s is 401, with a challenge and without a hint', async (_, credential) => {
    const { url } = relay.transparent(era)
    const answer = await postRaw({ url, ...credential }, call(), headersOf(era)('tools/call', 'x'))
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(answer.messages.join()).toMatch(/authorize\.key_(missing|invalid)/)
  })

  it('an unknown server is 404', async () => {
    const { url, apiKey } = relay.transparent('nobody')
    const answer = await say({ url, apiKey }, call(metaOf(era)), headersOf(era)('tools/call', 'x'))
    expect(answer.status).toBe(404)
  })

  it('another content type is 415', async () => {
    const answer = await postRaw(relay.transparent(era), call(metaOf(era)), {
      ...headersOf(era)('tools/call', 'x'),
      'content-type': 'text/plain',
    })
    expect(answer.status).toBe(415)
  })

  it('a page of another origin is 403', async () => {
    const answer = await postRaw(relay.transparent(era), call(metaOf(era)), {
      ...headersOf(era)('tools/call', 'x'),
      origin: 'https://evil.example',
    })
    expect(answer.status).toBe(403)
  })

  it('none of these reached the server', () => {
    const reached = servers[era].arrivals.filter(({ call: each }) => each.method === 'tools/call')
    expect(reached).toEqual([])
  })
})

describe('legacy sessions', () => {
  it('a message without a session is 400 where the server keeps sessions', async () => {
    const text = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
    const answer = await say(relay.transparent('sessions'), text, {
      'mcp-protocol-version': '2025-11-25',
    })
    expect(answer.status).toBe(400)
  })

  it.each(['nobody', 'x'.repeat(300), 'a.b.c'])('an unknown session is 404', async (id) => {
    const text = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
    const answer = await say(relay.transparent('legacy'), text, { 'mcp-session-id': id })
    expect(answer).toMatchObject({ status: 404, problem: 'listen.session_unknown' })
  })

  it('a session ended by DELETE is 404 from then on', async () => {
    const target = relay.transparent('legacy')
    const headers = (await openLegacySession(target))('tools/list', undefined)
    const ended = await fetch(target.url, {
      method: 'DELETE',
      headers: { ...headers, authorization: `Bearer ${target.apiKey}` },
    })
    expect([200, 204]).toContain(ended.status)
    const answer = await say(target, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', headers)
    expect(answer.status).toBe(404)
  })
})

describe('modern messages', () => {
  const list = (meta: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{${meta}}}`

  it('a header that contradicts the body is -32020', async () => {
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{${MODERN_META}}}}`
    for (const headers of [
      modernHeaders('tools/call', 'y'),
      modernHeaders('tools/list', 'x'),
      { ...modernHeaders('tools/call', 'x'), 'mcp-protocol-version': '2025-11-25' },
      { 'mcp-protocol-version': '2026-07-28' },
    ]) {
      const answer = await say(relay.transparent('modern'), text, headers)
      expect(answer).toMatchObject({ status: 400, code: -32_020 })
    }
  })

  it('a revision that nobody speaks is -32022 and names those that are spoken', async () => {
    const text = list(`"_meta":{${MODERN_META.replace('2026-07-28', '2099-01-01')}}`)
    const answer = await say(relay.transparent('modern'), text, {
      ...modernHeaders('tools/list', undefined),
      'mcp-protocol-version': '2099-01-01',
    })
    expect(answer).toMatchObject({ status: 400, code: -32_022 })
    expect(answer.text).toContain('"2026-07-28"')
  })

  it('a message without the required _meta is -32602', async () => {
    const answer = await say(
      relay.transparent('modern'),
      list(''),
      modernHeaders('tools/list', undefined),
    )
    expect(answer).toMatchObject({ status: 400, code: -32_602 })
  })
})
