import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatApiKey } from '@mcp-orchestra/api/api-key'
import type { SnapshotBody, SnapshotKind } from '@mcp-orchestra/api/snapshot'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startGateway, type RunningGateway } from './compose.ts'
import { parseConfig, readSecrets } from './config.ts'
import {
  startScriptedControlPlane,
  TEST_SECRET,
  type ScriptedControlPlane,
} from './link/testing.ts'
import { sampleKey, samplePrice, sampleServer, sampleSettings } from './snapshot/testing.ts'

const SECRET = formatApiKey('live', new Uint8Array(32).fill(7))
const KEY_ID = 'key_00000000000000000000000001'
const PAYER = 'org_00000000000000000000000001'
const PUBLISHER = 'org_00000000000000000000000002'
const SERVER = 'srv_00000000000000000000000001'
const OTHER = 'srv_00000000000000000000000002'

let directory: string
let plane: ScriptedControlPlane
const gateways: RunningGateway[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gateway-'))
  await writeFile(join(directory, 'secret'), `${TEST_SECRET}\n`, { mode: 0o600 })
  plane = await startScriptedControlPlane()
  put('settings', 'settings', {
    ...sampleSettings(),
    sealingKey: Buffer.alloc(32, 1).toString('base64'),
  })
  for (const id of [PAYER, PUBLISHER]) put('organization', id, { id, name: id, status: 'active' })
  put('key', KEY_ID, sampleKey(SECRET, { id: KEY_ID, organizationId: PAYER }))
})

afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close()
  await plane.stop()
  await rm(directory, { recursive: true })
})

function put<K extends SnapshotKind>(kind: K, id: string, body: SnapshotBody<K> | null): void {
  plane.put({ kind, id, body: body === null ? null : { ...body } })
}

/** A server process of a few lines that speaks the legacy era: enough to be called. */
function putServer(id: string, alias: string, tools: readonly string[]): void {
  const script = `
    const tools = ${JSON.stringify(tools)}.map((name) => ({ name, description: 'of ${alias}', inputSchema: { type: 'object' } }))
    const results = {
      initialize: () => ({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: '${alias}', version: '1' }, instructions: 'I am ${alias}.' }),
      'tools/list': () => ({ tools }),
      'tools/call': ({ name }) => ({ content: [{ type: 'text', text: '${alias} ' + name }], _meta: { pid: process.pid } }),
    }
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method, params } = JSON.parse(line)
      if (id === undefined) return
      const result = results[method]?.(params)
      console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32601, message: 'no ' + method } }) }))
    })`
  const transport = {
    kind: 'stdio' as const,
    command: process.execPath,
    args: ['-e', script],
    env: {},
  }
  put('server', id, sampleServer(alias, { id, organizationId: PUBLISHER, transport, era: 'auto' }))
}

async function start(name = 'gateway-1'): Promise<RunningGateway> {
  const config = parseConfig({
    ORCHESTRA_GATEWAY_NAME: name,
    ORCHESTRA_GATEWAY_SECRET_FILE: join(directory, 'secret'),
    ORCHESTRA_CONTROL_PLANE_URL: plane.url,
    ORCHESTRA_JOURNAL_DIR: join(directory, name),
    ORCHESTRA_GATEWAY_PORT: '0',
    ORCHESTRA_LOG_LEVEL: 'silent',
    PATH: process.env['PATH'],
  })
  const gateway = await startGateway(config, await readSecrets(config))
  gateways.push(gateway)
  return gateway
}

type Answer = {
  status: number
  session: string | null
  body: Record<string, unknown>
}

/** Sends one JSON-RPC message and reads the JSON or the last event of the answer. */
async function post(
  url: string,
  message: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
  const text = await response.text()
  const lines = text.split('\n').filter((line) => line.startsWith('data: ') && line.length > 6)
  const json = lines.at(-1)?.slice(6) ?? text
  return {
    status: response.status,
    session: response.headers.get('mcp-session-id'),
    body: json === '' ? {} : JSON.parse(json),
  }
}

async function openSession(
  url: string,
): Promise<{ headers: Record<string, string>; welcome: Answer['body'] }> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const { session, body } = await post(url, { id: 1, method: 'initialize', params })
  const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' }
  await post(url, { method: 'notifications/initialized' }, headers)
  return { headers, welcome: body }
}

test('a paid call goes through the transparent endpoint, and its usage reaches the control plane', async () => {
  putServer(SERVER, 'one', ['echo'])
  put(
    'price',
    'prc_00000000000000000000000001',
    samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER }),
  )
  const { url, incarnationId } = await start()
  const endpoint = `${url}/s/one/mcp`
  const { headers } = await openSession(endpoint)
  const { body } = await post(
    endpoint,
    { id: 2, method: 'tools/call', params: { name: 'echo', arguments: {} } },
    headers,
  )
  expect(body).toMatchObject({
    id: 2,
    result: {
      content: [{ type: 'text', text: 'one echo' }],
      _meta: { 'io.mcp-orchestra/receipt': { charged: { amount: '1000', asset: 'USD' } } },
    },
  })
  await vi.waitFor(
    () =>
      expect(plane.payloads.find(({ kind }) => kind === 'usage')).toMatchObject({
        payerId: PAYER,
        publisherId: PUBLISHER,
        serverId: SERVER,
        tool: 'echo',
        amount: '1000',
        outcome: 'complete',
      }),
    { timeout: 5_000 },
  )
  expect(plane.registrations.map((registration) => registration.incarnationId)).toEqual([
    incarnationId,
  ])
})

test('the aggregate shows all servers as one, renames only what collides, and routes by the shown name', async () => {
  putServer(SERVER, 'one', ['echo', 'add'])
  putServer(OTHER, 'two', ['echo', 'sub'])
  const { url } = await start()
  const endpoint = `${url}/mcp`
  const { headers, welcome } = await openSession(endpoint)
  expect(welcome).toMatchObject({
    result: { capabilities: { tools: {} }, instructions: '# one\nI am one.\n\n# two\nI am two.' },
  })
  const list = await post(endpoint, { id: 2, method: 'tools/list' }, headers)
  const { tools } = list.body['result'] as { tools: { name: string }[] }
  expect(tools.map(({ name }) => name)).toEqual(['one__echo', 'add', 'two__echo', 'sub'])
  const call = (name: string): Promise<Answer> =>
    post(endpoint, { id: 3, method: 'tools/call', params: { name, arguments: {} } }, headers)
  expect((await call('two__echo')).body).toMatchObject({
    result: { content: [{ text: 'two echo' }] },
  })
  expect((await call('add')).body).toMatchObject({ result: { content: [{ text: 'one add' }] } })
  expect((await call('echo')).body).toMatchObject({ error: { code: -32602 } })
  expect((await post(endpoint, { id: 4, method: 'ping' }, headers)).body).toMatchObject({
    result: {},
  })
})

test('a tool that is called by call_tool is bought, charged and recorded as itself, in both eras', async () => {
  putServer(SERVER, 'one', ['echo', 'add'])
  putServer(OTHER, 'two', ['echo'])
  const price = samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER })
  put('price', price.id, price)
  const { url } = await start()
  const endpoint = `${url}/t/mcp`
  const { headers } = await openSession(endpoint)
  const modern = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'call_tool',
  }
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const params = { name: 'call_tool', arguments: { name: 'one__echo', arguments: {} } }
  for (const answer of [
    await post(endpoint, { id: 2, method: 'tools/call', params }, headers),
    await post(endpoint, { id: 2, method: 'tools/call', params: { ...params, _meta } }, modern),
  ]) {
    expect(answer.body).toMatchObject({
      id: 2,
      result: {
        content: [{ type: 'text', text: 'one echo' }],
        _meta: { 'io.mcp-orchestra/receipt': { charged: { amount: '1000', asset: 'USD' } } },
      },
    })
  }
  await vi.waitFor(
    () => {
      const usage = plane.payloads.filter(({ kind }) => kind === 'usage')
      expect(usage).toHaveLength(2)
      for (const one of usage)
        expect(one).toMatchObject({ serverId: SERVER, tool: 'echo', amount: '1000' })
    },
    { timeout: 5_000 },
  )
  const unknown = { name: 'call_tool', arguments: { name: 'nobody' } }
  const refused = await post(endpoint, { id: 3, method: 'tools/call', params: unknown }, headers)
  expect(refused.body).toMatchObject({ id: 3, result: { isError: true } })
})

test('an unknown server and one that the caller may not see answer alike', async () => {
  putServer(SERVER, 'one', ['echo'])
  put(
    'server',
    OTHER,
    sampleServer('hidden', { id: OTHER, organizationId: PUBLISHER, visibility: 'organization' }),
  )
  const { url } = await start()
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const unknown = await post(`${url}/s/nobody/mcp`, { id: 1, method: 'initialize', params })
  const hidden = await post(`${url}/s/hidden/mcp`, { id: 1, method: 'initialize', params })
  const shape = ({ status, body }: Answer): unknown => [
    status,
    {
      ...body,
      error: {
        ...(body['error'] as object),
        data: { ...(body['error'] as { data: object }).data, instance: '' },
      },
    },
  ]
  expect(shape(hidden)).toEqual(shape(unknown))
  expect(unknown.body).toMatchObject({ error: { data: { code: 'authorize.server_unknown' } } })
})

test('a revoked key is refused as soon as the change is acknowledged', async () => {
  putServer(SERVER, 'one', ['echo'])
  const { url } = await start()
  const endpoint = `${url}/s/one/mcp`
  const { headers } = await openSession(endpoint)
  const version = plane.acknowledged.at(-1) ?? 0
  put('key', KEY_ID, null)
  await vi.waitFor(() => expect(plane.acknowledged.at(-1)).toBeGreaterThan(version), {
    timeout: 5_000,
  })
  const { status } = await post(endpoint, { id: 2, method: 'tools/list' }, headers)
  expect(status).toBe(401)
})

test('a server that is off is refused with its reason', async () => {
  put(
    'server',
    SERVER,
    sampleServer('one', { id: SERVER, organizationId: PUBLISHER, enabled: false }),
  )
  const { url } = await start()
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const { body } = await post(`${url}/s/one/mcp`, { id: 1, method: 'initialize', params })
  expect(body).toMatchObject({ error: { code: 503001, data: { code: 'route.server_off' } } })
})

test('a registered server is probed, and its tools are reported', async () => {
  const { incarnationId } = await start()
  putServer(SERVER, 'one', ['echo'])
  await vi.waitFor(
    () => {
      const reports = plane.reports.flatMap(({ servers }) => servers)
      expect(reports).toContainEqual(
        expect.objectContaining({
          serverId: SERVER,
          state: 'healthy',
          era: 'legacy',
          tools: [expect.objectContaining({ name: 'echo', description: 'of one' })],
        }),
      )
    },
    { timeout: 10_000 },
  )
  expect(plane.reports[0]?.incarnationId).toBe(incarnationId)
})

test('a restarted gateway ships what its predecessor left and ends its journal', async () => {
  putServer(SERVER, 'one', ['echo'])
  const first = await start()
  await first.close()
  gateways.length = 0
  const second = await start()
  await vi.waitFor(
    () => expect(plane.payloads.some(({ kind }) => kind === 'incarnation_end')).toBe(true),
    {
      timeout: 5_000,
    },
  )
  const [before, after] = plane.registrations
  expect(before?.journals).toEqual([])
  expect(after?.incarnationId).toBe(second.incarnationId)
  expect(after?.journals.map(({ incarnationId }) => incarnationId)).toEqual([first.incarnationId])
})

test('after the database went back, the running process registers again with its own journal', async () => {
  const { incarnationId } = await start()
  plane.raiseEpoch()
  await vi.waitFor(() => expect(plane.registrations).toHaveLength(2), { timeout: 5_000 })
  expect(plane.registrations[1]).toMatchObject({
    incarnationId,
    journals: [{ incarnationId, leases: [] }],
  })
})

test('a gateway restarts and serves free calls while the control plane is away', async () => {
  putServer(SERVER, 'one', ['echo'])
  const first = await start()
  await first.close()
  gateways.length = 0
  await plane.stop()
  const { url } = await start()
  const endpoint = `${url}/s/one/mcp`
  const { headers } = await openSession(endpoint)
  const { body } = await post(
    endpoint,
    { id: 2, method: 'tools/call', params: { name: 'echo', arguments: {} } },
    headers,
  )
  expect(body).toMatchObject({ result: { content: [{ text: 'one echo' }] } })
  plane = await startScriptedControlPlane()
})

test('a paid call without a lease and without a control plane is unavailable, never unpaid', async () => {
  putServer(SERVER, 'one', ['echo'])
  const price = samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER })
  put('price', price.id, price)
  const first = await start()
  await first.close()
  gateways.length = 0
  await plane.stop()
  const { url } = await start()
  const endpoint = `${url}/s/one/mcp`
  const { headers } = await openSession(endpoint)
  const { body } = await post(
    endpoint,
    { id: 2, method: 'tools/call', params: { name: 'echo', arguments: {} } },
    headers,
  )
  expect(body).toMatchObject({ error: { code: 503001 } })
  plane = await startScriptedControlPlane()
})

test('a keyed purchase is bought once, whichever gateways its attempts reach', async () => {
  putServer(SERVER, 'one', ['echo'])
  const price = samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER })
  put('price', price.id, price)
  const names = ['gateway-1', 'gateway-2']
  const urls: string[] = []
  for (const name of names) {
    const { url } = await start(name)
    urls.push(url)
    put('gateway', name, { id: name, internalUrl: url })
  }
  await vi.waitFor(
    () => expect(plane.acknowledged.filter((version) => version === plane.version)).toHaveLength(2),
    { timeout: 5_000 },
  )
  const buyAt = async (url: string, key: string): Promise<unknown> => {
    const { headers } = await openSession(`${url}/s/one/mcp`)
    const params = {
      name: 'echo',
      arguments: {},
      _meta: { 'io.mcp-orchestra/idempotencyKey': key },
    }
    const { body } = await post(
      `${url}/s/one/mcp`,
      { id: 2, method: 'tools/call', params },
      headers,
    )
    expect(body).toMatchObject({ id: 2, result: { content: [{ text: 'one echo' }] } })
    return (body['result'] as { _meta: { pid: number } })._meta.pid
  }
  const owners = new Set<unknown>()
  for (const key of ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8']) {
    const pids = [await buyAt(urls[0] ?? '', key), await buyAt(urls[1] ?? '', key)]
    expect(pids[0]).toBe(pids[1])
    owners.add(pids[0])
  }
  // Both own some of the eight purchases, or the test would show nothing (the ids are fixed, so it is no chance).
  expect(owners.size).toBe(2)
  const charged = (): unknown[] =>
    plane.payloads.filter((record) => record.kind === 'usage' && record.amount !== '0')
  await vi.waitFor(() => expect(charged()).toHaveLength(8), { timeout: 5_000 })
})

test('a keyed purchase whose owner is away is unavailable, not bought elsewhere', async () => {
  putServer(SERVER, 'one', ['echo'])
  put('gateway', 'gateway-2', { id: 'gateway-2', internalUrl: 'http://127.0.0.1:9' })
  const { url } = await start()
  const { headers } = await openSession(`${url}/s/one/mcp`)
  const params = { name: 'echo', arguments: {}, _meta: { 'io.mcp-orchestra/idempotencyKey': 'k' } }
  const { body } = await post(`${url}/s/one/mcp`, { id: 2, method: 'tools/call', params }, headers)
  expect(body).toMatchObject({ error: { code: 503001, data: { code: 'route.owner_unreachable' } } })
})
