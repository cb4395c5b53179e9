import { createOrchestra, OrchestraProblem, type Orchestra } from '@mcp-orchestra/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type StartedPlatform } from '../../src/index.ts'

let platform: StartedPlatform
let operator: Orchestra
let payer: Orchestra
beforeAll(async () => {
  platform = await startPlatform({ demo: true })
  operator = connect(platform.apiKey)
  payer = connect(platform.payer?.apiKey ?? '')
})
afterAll(async () => {
  await payer.close()
  await platform.stop()
})

function connect(apiKey: string): Orchestra {
  return createOrchestra({ baseUrl: platform.urls.controlPlane, apiKey })
}

function echo(client: Orchestra, message: string, idempotencyKey?: string) {
  return client.hub.routeRequest({
    server: 'everything',
    params: { name: 'echo', arguments: { message } },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
}

describe('the SDK on a running platform', () => {
  test('calls a modern server in the modern era, and pays', async () => {
    const { result, receipt } = await payer.hub.routeRequest({
      server: 'fixture',
      params: { name: 'test_simple_text', arguments: {} },
    })
    expect(result['resultType']).toBe('complete')
    expect(receipt?.charged).toEqual({ amount: '1000000000000000', asset: 'USD' })
  })

  test('tracks usage of a user once, whatever is repeated', async () => {
    await payer.meters.define({ key: 'sdk.pages', name: 'Pages', aggregation: 'sum' })
    const usage = { id: 'sdk-1', meter: 'sdk.pages', value: '2' }
    expect(await payer.users.trackUsage('ada', usage)).toEqual({ accepted: 1, duplicates: 0 })
    expect(await payer.users.trackUsage('ada', usage)).toEqual({ accepted: 0, duplicates: 1 })
    const period = { from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }
    expect(await payer.meters.subjects('sdk.pages', period).all()).toMatchObject([
      { subject: 'ada', measure: { value: '2' }, events: 1 },
    ])
  })

  test('the same key never pays twice, also from another client', async () => {
    const first = await echo(payer, 'once', 'order-1')
    expect(first.receipt).toMatchObject({ repeated: false })
    const other = connect(platform.payer?.apiKey ?? '')
    const second = await echo(other, 'once', 'order-1')
    expect(second.result['content']).toEqual(first.result['content'])
    expect(second.receipt).toMatchObject({ eventId: first.receipt?.eventId, repeated: true })
    await other.close()
  })

  test('the same key for another request is a conflict', async () => {
    await echo(payer, 'one', 'order-2')
    await expect(echo(payer, 'another', 'order-2')).rejects.toMatchObject({ status: 409 })
  })

  test('a dearer price than accepted is refused before the call runs', async () => {
    const refused = payer.hub.routeRequest({
      server: 'everything',
      params: { name: 'echo', arguments: { message: 'cheap' } },
      maxChargeUsd: '0.0005',
    })
    await expect(refused).rejects.toMatchObject({ status: 402, rpcCode: 402_003 })
  })

  test('registers, describes, switches and removes a server in the words of the seed', async () => {
    const files = createdServers()
    const connection = await operator.hub.registerMCP(files)
    expect(connection).toMatchObject({
      alias: 'seed-memory',
      endpoint: `${platform.urls.gateway}/s/seed-memory/mcp`,
      credentials: ['MEMORY_FILE_PATH'],
    })
    expect(connection.id).toMatch(/^srv_/)
    const health = await operator.hub.monitorHealth(connection.id, { probe: true })
    expect(health).toMatchObject({ state: 'healthy', protocol: 'MCP-v1' })
    expect((await operator.hub.listTools(connection.id).all()).map(({ name }) => name)).toContain(
      'read_graph',
    )
    await operator.hub.manageConnection(connection.id, 'off')
    expect((await operator.hub.connection(connection.id)).status).toBe('inactive')
    await operator.hub.manageConnection(connection.id, 'on')
    await operator.hub.removeServer(connection.id)
    await expect(operator.hub.getServer(connection.id)).rejects.toMatchObject({ status: 404 })
  })

  test('issues a key that may call one tool, rotates it and revokes it', async () => {
    const { id } = await payer.hub.getServer('everything')
    const issued = await payer.users.issueAPIKey('me', ['tools:call', 'servers:read'], {
      name: 'echo only',
      allow: [{ serverId: id, tools: ['echo'] }],
    })
    const narrow = connect(issued.secret)
    expect((await echo(narrow, 'hi')).result['content']).toEqual([
      { type: 'text', text: 'Echo: hi' },
    ])
    const other = narrow.hub.routeRequest({ server: 'everything', params: { name: 'get-sum' } })
    await expect(other).rejects.toBeInstanceOf(OrchestraProblem)
    const rotated = await payer.users.rotateKey(issued.key.id, { graceSeconds: 0 })
    await payer.users.revokeKey(rotated.key.id)
    const revoked = connect(rotated.secret)
    await expect(echo(revoked, 'no')).rejects.toMatchObject({ status: 401 })
    await Promise.all([narrow.close(), revoked.close()])
  })

  test('lists are read page by page', async () => {
    const aliases: string[] = []
    for await (const { alias } of payer.hub.listServers({ limit: 2 })) aliases.push(alias)
    expect(aliases.sort()).toEqual([
      'everything',
      'everything-stdio',
      'filesystem',
      'fixture',
      'memory',
      'sequential-thinking',
    ])
  })

  test('a paid call goes on through a kill -9 of the gateway, and is paid once', async () => {
    await echo(payer, 'warm')
    const before = await spent()
    const gateway = platform.processes().find(({ name }) => name === 'gateway-1')?.pid ?? 0
    process.kill(gateway, 'SIGKILL')
    const patient = connect(platform.payer?.apiKey ?? '')
    const { result, receipt } = await echo(patient, 'after the fall', 'order-3')
    expect(result['content']).toEqual([{ type: 'text', text: 'Echo: after the fall' }])
    expect(receipt?.eventId).toMatch(/^evt_/)
    await expect.poll(async () => (await spent()) - before, { timeout: 20_000 }).toBe(10n ** 15n)
    await patient.close()
  })

  test('the books sum to zero', async () => {
    expect((await operator.ledger.trialBalance()).balanced).toBe(true)
  })
})

/** What the payer has posted as usage so far, in atto-USD. */
async function spent(): Promise<bigint> {
  const events = await payer.usage.list().all()
  return events.reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n)
}

function createdServers() {
  const program = new URL(
    './dist/index.js',
    import.meta.resolve('@modelcontextprotocol/server-memory/package.json'),
  )
  return {
    alias: 'seed-memory',
    transport: {
      kind: 'stdio' as const,
      command: process.execPath,
      args: [program.pathname],
      env: { MEMORY_FILE_PATH: `${platform.dataDir}/demo/seed-memory.jsonl` },
    },
  }
}
