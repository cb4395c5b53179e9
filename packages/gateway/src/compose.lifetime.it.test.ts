import { expect, test, vi } from 'vitest'
import { samplePrice } from './snapshot/testing.ts'
import { GatewayStage, SERVER, openSession, post } from './testing.ts'

const stage = new GatewayStage()

test('a registered server is probed, and its tools are reported', async () => {
  const { incarnationId } = await stage.start()
  stage.putServer(SERVER, 'one', ['echo'])
  await vi.waitFor(
    () => {
      const reports = stage.plane.reports.flatMap(({ servers }) => servers)
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
  expect(stage.plane.reports[0]?.incarnationId).toBe(incarnationId)
})

test('a restarted gateway ships what its predecessor left and ends its journal', async () => {
  stage.putServer(SERVER, 'one', ['echo'])
  const first = await stage.start()
  await stage.stopGateways()
  const second = await stage.start()
  await vi.waitFor(
    () => expect(stage.plane.payloads.some(({ kind }) => kind === 'incarnation_end')).toBe(true),
    {
      timeout: 5_000,
    },
  )
  const [before, after] = stage.plane.registrations
  expect(before?.journals).toEqual([])
  expect(after?.incarnationId).toBe(second.incarnationId)
  expect(after?.journals.map(({ incarnationId }) => incarnationId)).toEqual([first.incarnationId])
})

test('after the database went back, the running process registers again with its own journal', async () => {
  const { incarnationId } = await stage.start()
  stage.plane.raiseEpoch()
  await vi.waitFor(() => expect(stage.plane.registrations).toHaveLength(2), { timeout: 5_000 })
  expect(stage.plane.registrations[1]).toMatchObject({
    incarnationId,
    journals: [{ incarnationId, leases: [] }],
  })
})

test('a gateway restarts and serves free calls while the control plane is away', async () => {
  stage.putServer(SERVER, 'one', ['echo'])
  await stage.start()
  await stage.stopGateways()
  await stage.plane.stop()
  const { url } = await stage.start()
  const endpoint = `${url}/s/one/mcp`
  const { headers } = await openSession(endpoint)
  const { body } = await post(
    endpoint,
    { id: 2, method: 'tools/call', params: { name: 'echo', arguments: {} } },
    headers,
  )
  expect(body).toMatchObject({ result: { content: [{ text: 'one echo' }] } })
})

test('a paid call without a lease and without a control plane is unavailable, never unpaid', async () => {
  stage.putServer(SERVER, 'one', ['echo'])
  const price = samplePrice({ id: 'prc_00000000000000000000000001', serverId: SERVER })
  stage.put('price', price.id, price)
  await stage.start()
  await stage.stopGateways()
  await stage.plane.stop()
  const { url } = await stage.start()
  const endpoint = `${url}/s/one/mcp`
  const { headers } = await openSession(endpoint)
  const { body } = await post(
    endpoint,
    { id: 2, method: 'tools/call', params: { name: 'echo', arguments: {} } },
    headers,
  )
  expect(body).toMatchObject({ error: { code: 503001 } })
})
