import { expect, test, vi } from 'vitest'
import { samplePrice } from './snapshot/testing.ts'
import { GatewayStage, SERVER, openSession, post } from './testing.ts'

const stage = new GatewayStage()

test('a keyed purchase is bought once, whichever gateways its attempts reach', async () => {
  stage.putServer(SERVER, 'one', ['echo'])
  const price = samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER })
  stage.put('price', price.id, price)
  const names = ['gateway-1', 'gateway-2']
  const urls: string[] = []
  for (const name of names) {
    const { url } = await stage.start(name)
    urls.push(url)
    stage.put('gateway', name, { id: name, internalUrl: url })
  }
  await vi.waitFor(
    () =>
      expect(
        stage.plane.acknowledged.filter((version) => version === stage.plane.version),
      ).toHaveLength(2),
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
    stage.plane.payloads.filter((record) => record.kind === 'usage' && record.amount !== '0')
  await vi.waitFor(() => expect(charged()).toHaveLength(8), { timeout: 5_000 })
})

test('a keyed purchase whose owner is away is unavailable, not bought elsewhere', async () => {
  stage.putServer(SERVER, 'one', ['echo'])
  stage.put('gateway', 'gateway-2', { id: 'gateway-2', internalUrl: 'http://127.0.0.1:9' })
  const { url } = await stage.start()
  const { headers } = await openSession(`${url}/s/one/mcp`)
  const params = { name: 'echo', arguments: {}, _meta: { 'io.mcp-orchestra/idempotencyKey': 'k' } }
  const { body } = await post(`${url}/s/one/mcp`, { id: 2, method: 'tools/call', params }, headers)
  expect(body).toMatchObject({ error: { code: 503001, data: { code: 'route.owner_unreachable' } } })
})
