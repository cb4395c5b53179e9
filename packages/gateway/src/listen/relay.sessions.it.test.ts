import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RefusedHandle } from '../audit/refused-handles.ts'
import { aggregateBefore } from '../route/aggregate/subscriptions/testing-relay.ts'
import type { Peer } from './peers.ts'
import { createEndedSessions } from './session/ended-sessions.ts'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders, resultFor } from './testing-messages.ts'
import { EVERYTHING, startUpstream, type TestUpstream } from './testing-upstream.ts'

/** A legacy server that counts the calls of each of its sessions, and knows none that it did not open. */
let upstream: TestUpstream
let calls: Map<string, number>
let ended: string[]
let ids: string[]
const directory = mkdtempSync(path.join(tmpdir(), 'sessions-'))
const open: RelayBench[] = []
const refused: RefusedHandle[] = []
let slots: Peer[] = []

beforeAll(async () => {
  upstream = await startUpstream((request, response, body) => {
    const session = request.headers['mcp-session-id']
    if (typeof session === 'string' && !calls.has(session))
      return void response.writeHead(404).end()
    if (request.method === 'DELETE') {
      ended.push(String(session))
      calls.delete(String(session))
      return void response.writeHead(200).end()
    }
    if (!body.includes('"id"')) return void response.writeHead(202).end()
    const { method, id } = JSON.parse(body) as { method: string; id: unknown }
    ids.push(JSON.stringify(id))
    const opened = method === 'initialize' ? `upstream-${calls.size + ended.length}` : undefined
    if (opened !== undefined) calls.set(opened, 0)
    else calls.set(String(session), (calls.get(String(session)) ?? 0) + 1)
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(opened === undefined ? {} : { 'mcp-session-id': opened }),
    })
    response.end(resultFor(body, answerOf(method, String(session))))
  })
})
afterAll(async () => {
  await upstream.stop()
  rmSync(directory, { recursive: true })
})
beforeEach(() => {
  calls = new Map()
  ended = []
  ids = []
  refused.length = 0
  slots = []
})
afterEach(async () => {
  const [bug] = open.flatMap((bench) => bench.bugs)
  await Promise.all(open.splice(0).map((bench) => bench.close()))
  if (bug !== undefined) throw bug
})

function answerOf(method: string, session: string): object {
  if (method === 'tools/list')
    return { tools: [{ name: 'count', inputSchema: { type: 'object' } }] }
  if (method === 'tools/call')
    return { content: [{ type: 'text', text: String(calls.get(session)) }] }
  return { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: {} }
}

async function gateway(self = 'gateway-1', endedFile?: string): Promise<RelayBench> {
  const transport = { kind: 'http', url: upstream.url }
  const server = benchServer('counter', transport, { era: 'legacy' })
  const everything = { kind: 'stdio', command: process.execPath, args: [EVERYTHING, 'stdio'] }
  const bench = await startRelayBench({
    servers: [server, benchServer('other', transport), benchServer('child', everything)],
    more: [aggregateBefore(server)],
    peerBook: { self, gateways: () => slots, ownerOf: () => ({ kind: 'self' }) },
    refusedHandles: { note: (one) => refused.push(one) },
    ...(endedFile === undefined
      ? {}
      : { endedSessions: createEndedSessions(systemClock, endedFile) }),
  })
  open.push(bench)
  return bench
}

/** What a killed process leaves: nothing is said to anybody. A closed bench says as little about kept sessions. */
async function stop(bench: RelayBench): Promise<void> {
  open.splice(open.indexOf(bench), 1)
  await bench.close()
}

type Target = { readonly at?: string; readonly key?: string }

async function send(
  bench: RelayBench,
  session: string | undefined,
  body: object,
  { at = '/s/counter/mcp', key = BENCH_KEYS.alice }: Target = {},
): Promise<Response> {
  return await fetch(`${bench.url}${at}`, {
    method: 'POST',
    headers: {
      ...jsonHeaders(key),
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...body }),
  })
}

async function initialize(
  bench: RelayBench,
  target: Target & { readonly clientName?: string } = {},
): Promise<{ session: string; resumable: string | null }> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: target.clientName ?? 'test', version: '1' },
  }
  const opened = await send(bench, undefined, { id: 1, method: 'initialize', params }, target)
  expect(opened.status).toBe(200)
  await opened.text()
  return {
    session: opened.headers.get('mcp-session-id') ?? '',
    resumable: opened.headers.get('x-mcp-orchestra-session-resumable'),
  }
}

async function count(bench: RelayBench, session: string, target: Target = {}): Promise<unknown> {
  const call = { id: 'c', method: 'tools/call', params: { name: 'count', arguments: {} } }
  const response = await send(bench, session, call, target)
  const { result } = (await response.json()) as { result?: { content: { text: string }[] } }
  return response.status === 200 ? Number(result?.content[0]?.text) : response.status
}

function remove(bench: RelayBench, session: string, key?: string): Promise<Response> {
  return fetch(bench.endpoint('counter'), {
    method: 'DELETE',
    headers: { ...jsonHeaders(key), 'mcp-session-id': session },
  })
}

test('a session id is visible ASCII, short, names its gateway, and hides what is in it', async () => {
  const { session, resumable } = await initialize(await gateway())
  expect(session).toMatch(/^gateway-1\.[\w-]+$/)
  expect(session.length).toBeLessThanOrEqual(1_024)
  expect(resumable).toBe('true')
  expect(
    Buffer.from(session.slice('gateway-1.'.length), 'base64url').toString('latin1'),
  ).not.toContain('upstream')
})

test.each(['/s/counter/mcp', '/mcp'])(
  'at %s a session goes on in the next process, in the same session of the server',
  async (at) => {
    const first = await gateway()
    const { session } = await initialize(first, { at })
    expect(await count(first, session, { at })).toBe(at === '/mcp' ? 2 : 1)
    await stop(first)
    expect(ended).toEqual([])
    const before = calls.get('upstream-0') ?? 0
    const second = await gateway()
    expect(await count(second, session, { at })).toBeGreaterThan(before)
    expect([...calls.keys()][0]).toBe('upstream-0')
    expect(calls.get('upstream-0')).toBeGreaterThan(before)
    expect(second.relay.load().sessions).toBe(1)
    expect(refused).toEqual([])
  },
)

test('no request of the next process has an id that an earlier one used in the same session', async () => {
  const first = await gateway()
  const { session } = await initialize(first)
  await count(first, session)
  await stop(first)
  await count(await gateway(), session)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an id is refused to every other key and endpoint, and when it was changed; all look like an unknown one, and are audited', async () => {
  const first = await gateway()
  const { session } = await initialize(first)
  const [slot = '', sealed = ''] = session.split('.')
  const attempts: [string, Target][] = [
    [session, { key: BENCH_KEYS.bob }],
    [session, { at: '/s/other/mcp' }],
    [`${slot}.${sealed.slice(0, -1)}`, {}],
    [`${slot}.${sealed}A`, {}],
    [`gateway-2.${sealed}`, {}],
    [sealed, {}],
    ['made-up', {}],
    ['', {}],
  ]
  for (const bench of [first, await gateway()]) {
    refused.length = 0
    const answers = new Set<string>()
    for (const [id, target] of attempts) {
      const response = await send(bench, id, { id: 1, method: 'ping' }, target)
      expect(response.status).toBe(404)
      const { error } = (await response.json()) as { error: { code: number; message: string } }
      answers.add(`${error.code} ${error.message}`)
    }
    expect(answers.size).toBe(1)
    expect(refused.map(({ action, fault }) => `${action} ${fault}`)).toEqual(
      attempts.map(([, { at }]) =>
        at === undefined
          ? 'gateway.session_refused unreadable'
          : 'gateway.session_refused misplaced',
      ),
    )
  }
  expect(await count(first, session)).toBe(1)
})

test('what its server has forgotten is not pretended: 404, at once and later', async () => {
  const first = await gateway()
  const { session } = await initialize(first)
  await stop(first)
  calls.clear()
  const second = await gateway()
  expect(await count(second, session)).toBe(404)
  expect(await count(second, session)).toBe(404)
  expect(second.relay.load().sessions).toBe(0)
})

test('a session with a child process ends with it, and says so from the start', async () => {
  const first = await gateway()
  const at = '/s/child/mcp'
  const { session, resumable } = await initialize(first, { at })
  expect(resumable).toBe('false')
  expect((await send(first, session, { id: 2, method: 'ping' }, { at })).status).toBe(200)
  await stop(first)
  const second = await gateway()
  expect((await send(second, session, { id: 3, method: 'ping' }, { at })).status).toBe(404)
  expect(refused).toEqual([])
})

test('a greeting that is too large for a header makes a session that works and ends with its process', async () => {
  const first = await gateway()
  const { session, resumable } = await initialize(first, { clientName: 'x'.repeat(5_000) })
  expect([resumable, session.length < 1_024]).toEqual(['false', true])
  expect(await count(first, session)).toBe(1)
  await stop(first)
  expect(await count(await gateway(), session)).toBe(404)
})

test('DELETE ends a session for good: at its server, in this process and in the next', async () => {
  const file = path.join(directory, 'ended')
  const first = await gateway('gateway-1', file)
  const { session } = await initialize(first)
  const { session: other } = await initialize(first)
  expect((await remove(first, session, BENCH_KEYS.bob)).status).toBe(404)
  expect((await remove(first, session)).status).toBe(200)
  expect(ended).toEqual(['upstream-0'])
  // A server that would take it for a living one does not hear of it.
  calls.set('upstream-0', 0)
  expect(await count(first, session)).toBe(404)
  await stop(first)
  const second = await gateway('gateway-1', file)
  expect(await count(second, session)).toBe(404)
  expect(await count(second, other)).toBe(1)
})

test('while the gateway that opened it is away another one goes on, and ends it', async () => {
  const first = await gateway()
  const { session } = await initialize(first)
  const { url } = await first.relay.listen({ host: '127.0.0.1', port: 0, isInternal: true })
  slots = [{ id: 'gateway-1', internalUrl: url }]
  const second = await gateway('gateway-2')
  expect(await count(second, session)).toBe(1)
  expect([first.ledger.length, second.ledger.length]).toEqual([1, 0])
  await stop(first)
  expect(await count(second, session)).toBe(2)
  expect(second.ledger).toHaveLength(1)
  const answers = await Promise.all([1, 2, 3, 4].map(() => count(second, session)))
  expect(new Set(answers)).toEqual(new Set([3, 4, 5, 6]))
  expect(second.relay.load().sessions).toBe(1)
  expect((await remove(second, session)).status).toBe(200)
  expect(await count(second, session)).toBe(404)
})

test('after the gateway that opened it is back, both know the session, and DELETE ends it at both', async () => {
  const first = await gateway()
  const { session } = await initialize(first)
  await stop(first)
  slots = [{ id: 'gateway-1', internalUrl: 'http://127.0.0.1:1' }]
  const second = await gateway('gateway-2')
  expect(await count(second, session)).toBe(1)
  const third = await gateway('gateway-1')
  const { url } = await third.relay.listen({ host: '127.0.0.1', port: 0, isInternal: true })
  slots = [{ id: 'gateway-1', internalUrl: url }]
  expect([await count(third, session), await count(second, session)]).toEqual([2, 3])
  expect((await remove(second, session)).status).toBeLessThan(500)
  expect(await count(third, session)).toBe(404)
  expect(await count(second, session)).toBe(404)
  expect([second.relay.load().sessions, third.relay.load().sessions]).toEqual([0, 0])
})
