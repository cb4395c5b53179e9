import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PurchaseOwner } from '../route/owner.ts'
import type { Peer } from './peers.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders, modernRequest, resultFor } from './testing-messages.ts'
import { json } from './testing-modern.ts'
import { startUpstream, type TestUpstream } from './testing-upstream.ts'

let upstream: TestUpstream
let first: RelayBench
let second: RelayBench
const slots: Peer[] = []
const owner: { of: PurchaseOwner } = { of: { kind: 'self' } }

beforeAll(async () => {
  upstream = await startUpstream((request, response, body) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return void response.end(
        'data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n',
      )
    }
    if (request.headers['mcp-protocol-version'] === '2026-07-28' && body.includes('"paid"')) {
      const task = { resultType: 'task', taskId: 'job', status: 'working' }
      return json(response, resultFor(body, task))
    }
    if (request.method === 'DELETE' || !body.includes('"id"'))
      return void response.writeHead(202).end()
    response.writeHead(200, {
      'content-type': 'application/json',
      'mcp-session-id': 'upstream-session',
    })
    response.end(resultFor(body, { protocolVersion: '2025-11-25', capabilities: {}, content: [] }))
  })
  const servers = [benchServer('server', { kind: 'http', url: upstream.url })]
  const start = (self: string): Promise<RelayBench> =>
    startRelayBench({
      servers,
      prices: { paid: 5n },
      peerBook: { self, gateways: () => slots, ownerOf: () => owner.of },
    })
  first = await start('gateway-1')
  second = await start('gateway-2')
  for (const [id, bench] of [
    ['gateway-1', first],
    ['gateway-2', second],
  ] as const) {
    const { url } = await bench.relay.listen({ host: '127.0.0.1', port: 0, isInternal: true })
    slots.push({ id, internalUrl: url })
  }
})
afterAll(async () => {
  await Promise.all([first.close(), second.close()])
  await upstream.stop()
})

async function post(bench: RelayBench, body: object, session?: string): Promise<Response> {
  return await fetch(bench.endpoint('server'), {
    method: 'POST',
    headers: { ...jsonHeaders(), ...(session === undefined ? {} : { 'mcp-session-id': session }) },
    body: JSON.stringify({ jsonrpc: '2.0', ...body }),
  })
}

test('a legacy session works through every gateway, and lives at one', async () => {
  const opened = await post(first, {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {} },
  })
  const session = opened.headers.get('mcp-session-id') ?? ''
  expect(session).toMatch(/^gateway-1\./)
  const call = { id: 'x', method: 'tools/call', params: { name: 'echo' } }
  const answers = await Promise.all(
    [first, second].map(async (bench) => (await post(bench, call, session)).json()),
  )
  expect(answers).toEqual([answers[0], answers[0]])
  expect([first.ledger.length, second.ledger.length]).toEqual([2, 0])
  expect((await post(second, { method: 'notifications/initialized' }, session)).status).toBe(202)
  const stream = await fetch(second.endpoint('server'), {
    headers: { ...jsonHeaders(), 'mcp-session-id': session },
  })
  expect(await stream.text()).toContain('list_changed')
  const ended = await fetch(second.endpoint('server'), {
    method: 'DELETE',
    headers: { ...jsonHeaders(), 'mcp-session-id': session },
  })
  expect(ended.status).toBe(200)
  expect((await post(first, call, session)).status).toBe(404)
})

test('a keyed purchase runs at its owner, whichever gateway it reaches, and the owner does not pass it on again', async () => {
  owner.of = { kind: 'other', id: 'gateway-2', internalUrl: slots[1]?.internalUrl ?? '' }
  const before = second.ledger.length
  const keyed = modernRequest(
    'tools/call',
    { name: 'echo', arguments: {} },
    { meta: { 'io.mcp-orchestra/idempotencyKey': 'k' } },
  )
  const response = await fetch(first.endpoint('server'), keyed)
  expect(response.status).toBe(200)
  expect(second.ledger.slice(before).map(({ intent }) => intent.idempotencyKey)).toEqual(['k'])
  owner.of = { kind: 'self' }
})

test('when the owner is away, the purchase is refused and never run elsewhere', async () => {
  owner.of = { kind: 'other', id: 'gateway-9', internalUrl: 'http://127.0.0.1:1' }
  const before = first.ledger.length + second.ledger.length
  const keyed = modernRequest(
    'tools/call',
    { name: 'echo', arguments: {} },
    { meta: { 'io.mcp-orchestra/idempotencyKey': 'k2' } },
  )
  const response = await fetch(first.endpoint('server'), keyed)
  expect([response.status, await response.text()]).toEqual([
    503,
    expect.stringContaining('listen.peer_away'),
  ])
  expect(first.ledger.length + second.ledger.length).toBe(before)
  owner.of = { kind: 'self' }
})

test('a task of a priced tool is answered and cancelled while the owner of its purchase is away; what may have to be paid waits', async () => {
  const meta = {
    'io.modelcontextprotocol/clientCapabilities': {
      extensions: { 'io.modelcontextprotocol/tasks': {} },
    },
  }
  const ask = (method: string, params: Record<string, unknown>): Promise<Response> =>
    fetch(first.endpoint('server'), modernRequest(method, params, { meta }))
  const begun = await ask('tools/call', { name: 'paid', arguments: {} })
  const { taskId } = ((await begun.json()) as { result: { taskId: string } }).result
  owner.of = { kind: 'other', id: 'gateway-9', internalUrl: 'http://127.0.0.1:1' }
  expect((await ask('tasks/update', { taskId, inputResponses: {} })).status).toBe(200)
  expect((await ask('tasks/cancel', { taskId })).status).toBe(200)
  expect((await ask('tasks/get', { taskId })).status).toBe(503)
  owner.of = { kind: 'self' }
})

test('nothing of ours failed on the way', () => {
  expect([...first.bugs, ...second.bugs]).toEqual([])
})
