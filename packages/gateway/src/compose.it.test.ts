import { expect, test, vi } from 'vitest'
import { samplePrice, sampleServer } from './snapshot/testing.ts'
import {
  type Answer,
  GatewayStage,
  KEY_ID,
  OTHER,
  PAYER,
  PUBLISHER,
  SERVER,
  openSession,
  post,
} from './testing.ts'

const stage = new GatewayStage()

test('a paid call goes through the transparent endpoint, and its usage reaches the control plane', async () => {
  stage.putServer(SERVER, 'one', ['echo'])
  stage.put(
    'price',
    'prc_00000000000000000000000001',
    samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER }),
  )
  const { url, incarnationId } = await stage.start()
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
      expect(stage.plane.payloads.find(({ kind }) => kind === 'usage')).toMatchObject({
        payerId: PAYER,
        publisherId: PUBLISHER,
        serverId: SERVER,
        tool: 'echo',
        amount: '1000',
        outcome: 'complete',
      }),
    { timeout: 5_000 },
  )
  expect(stage.plane.registrations.map((registration) => registration.incarnationId)).toEqual([
    incarnationId,
  ])
})

test('the aggregate shows all servers as one, renames only what collides, and routes by the shown name', async () => {
  stage.putServer(SERVER, 'one', ['echo', 'add'])
  stage.putServer(OTHER, 'two', ['echo', 'sub'])
  const { url } = await stage.start()
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
  stage.putServer(SERVER, 'one', ['echo', 'add'])
  stage.putServer(OTHER, 'two', ['echo'])
  const price = samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER })
  stage.put('price', price.id, price)
  const { url } = await stage.start()
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
      const usage = stage.plane.payloads.filter(({ kind }) => kind === 'usage')
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
  stage.putServer(SERVER, 'one', ['echo'])
  stage.put(
    'server',
    OTHER,
    sampleServer('hidden', { id: OTHER, organizationId: PUBLISHER, visibility: 'organization' }),
  )
  const { url } = await stage.start()
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
  stage.putServer(SERVER, 'one', ['echo'])
  const { url } = await stage.start()
  const endpoint = `${url}/s/one/mcp`
  const { headers } = await openSession(endpoint)
  const version = stage.plane.acknowledged.at(-1) ?? 0
  stage.put('key', KEY_ID, null)
  await vi.waitFor(() => expect(stage.plane.acknowledged.at(-1)).toBeGreaterThan(version), {
    timeout: 5_000,
  })
  const { status } = await post(endpoint, { id: 2, method: 'tools/list' }, headers)
  expect(status).toBe(401)
})

test('a server that is off is refused with its reason', async () => {
  stage.put(
    'server',
    SERVER,
    sampleServer('one', { id: SERVER, organizationId: PUBLISHER, enabled: false }),
  )
  const { url } = await stage.start()
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const { body } = await post(`${url}/s/one/mcp`, { id: 1, method: 'initialize', params })
  expect(body).toMatchObject({ error: { code: 503001, data: { code: 'route.server_off' } } })
})
