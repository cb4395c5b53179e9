import { LINK_PATHS } from '@mcp-orchestra/api/gateway-link'
import { SnapshotMessage } from '@mcp-orchestra/api/snapshot'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../main/testing.ts'

let plane: TestControlPlane
let secret: string
beforeAll(async () => {
  plane = await startTestControlPlane()
  secret = plane.secrets.gateways[0]?.secret ?? ''
})
afterAll(() => plane.stop())

type Link = {
  /** The next message of a kind; others before it are dropped. */
  next<T extends SnapshotMessage['type']>(type: T): Promise<Extract<SnapshotMessage, { type: T }>>
  acknowledge(version: number): Promise<Response>
  close(): Promise<void>
}

const open: Link[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((link) => link.close()))
})

async function connect(incarnation: string, after = 0): Promise<Link> {
  const path = `${LINK_PATHS.snapshot}?after=${after}&incarnation=${incarnation}`
  const answer = await plane.send('GET', path, { key: secret })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  const reader = (answer.body ?? new ReadableStream<Uint8Array>()).getReader()
  const decoder = new TextDecoder()
  let text = ''
  async function nextMessage(): Promise<SnapshotMessage> {
    while (!text.includes('\n')) {
      const { done, value } = await reader.read()
      if (done) throw new Error('the stream ended')
      text += decoder.decode(value, { stream: true })
    }
    const end = text.indexOf('\n')
    const line = text.slice(0, end)
    text = text.slice(end + 1)
    return SnapshotMessage.parse(JSON.parse(line))
  }
  const link: Link = {
    async next(type) {
      for (;;) {
        const message = await nextMessage()
        if (message.type === type) return message as Extract<SnapshotMessage, { type: typeof type }>
      }
    },
    acknowledge: (version) =>
      plane.send('POST', LINK_PATHS.acknowledge, {
        key: secret,
        body: { incarnationId: incarnation, version },
      }),
    close: () => reader.cancel(),
  }
  open.push(link)
  return link
}

const SERVER = { transport: { kind: 'http', url: 'https://mcp.example.com/mcp' } }
function register(alias: string): Promise<JsonObject> {
  return plane.json(201, 'POST', '/v1/servers', { body: { alias, ...SERVER } })
}

describe('the stream', () => {
  test('starts with everything there is, and goes on with what changes, without a gap', async () => {
    const link = await connect('inc_a')
    const full = await link.next('full')
    const kinds = new Set(full.changes.map(({ kind }) => kind))
    expect([...kinds].toSorted()).toEqual(['gateway', 'key', 'organization', 'settings'])
    expect(full.changes.find(({ kind }) => kind === 'settings')?.body).toMatchObject({
      sealingKey: plane.secrets.sealingKey,
      maxStaleMs: 60_000,
    })
    await link.acknowledge(full.version)
    const registering = register('stream-a')
    const delta = await link.next('delta')
    expect(delta).toMatchObject({ after: full.version, version: full.version + 1 })
    expect(delta.changes).toMatchObject([{ kind: 'server', body: { alias: 'stream-a' } }])
    await link.acknowledge(delta.version)
    expect(await registering).toMatchObject({ snapshotVersion: delta.version, pendingGateways: [] })
  })

  test('beats with the version it has sent and the epoch of the ledger', async () => {
    const link = await connect('inc_b')
    const { version } = await link.next('full')
    expect(await link.next('heartbeat')).toEqual({ type: 'heartbeat', version, epoch: 1 })
  })

  test('a gateway that comes back gets only what it missed; one from another history gets all', async () => {
    const first = await connect('inc_c')
    const { version } = await first.next('full')
    await first.close()
    const registered = await register('missed')
    const again = await connect('inc_c', version)
    expect(await again.next('delta')).toMatchObject({
      after: version,
      version: registered['snapshotVersion'],
    })
    const ahead = await connect('inc_d', 1_000_000)
    expect((await ahead.next('full')).version).toBe(registered['snapshotVersion'])
  })

  test('a gateway whose part of the log is gone gets all', async () => {
    await register('pruned-1')
    const last = await register('pruned-2')
    const version = Number(last['snapshotVersion'])
    await plane.database.query({
      text: 'delete from snapshot.changes where version < $1',
      values: [version],
    })
    const behind = await connect('inc_e', version - 2)
    expect((await behind.next('full')).version).toBe(version)
  })

  test('versions have no gap, however many change things at once', async () => {
    const link = await connect('inc_f')
    let { version } = await link.next('full')
    const aliases = Array.from({ length: 8 }, (_, index) => `race-${index}`)
    const all = Promise.all(aliases.map(register))
    const seen = new Set<string>()
    while (seen.size < aliases.length) {
      const delta = await link.next('delta')
      expect(delta.after).toBe(version)
      expect(delta.version).toBe(delta.after + delta.changes.length)
      version = delta.version
      for (const { body } of delta.changes) seen.add(JSON.stringify(body?.['alias']))
      await link.acknowledge(version)
    }
    await all
    expect(seen).toEqual(new Set(aliases.map((alias) => JSON.stringify(alias))))
  })
})

describe('the barrier', () => {
  test('a gateway that does not acknowledge is named after a second, and forgotten when it is gone', async () => {
    const link = await connect('inc_g')
    await link.next('full')
    expect((await register('slow'))['pendingGateways']).toEqual(['gateway-1'])
    await link.close()
    expect((await register('alone'))['pendingGateways']).toEqual([])
  })

  test('one process cannot acknowledge for another slot', async () => {
    const link = await connect('inc_h')
    await link.next('full')
    const answer = await plane.send('POST', LINK_PATHS.acknowledge, {
      key: plane.operatorKey,
      body: { incarnationId: 'inc_h', version: 1_000_000 },
    })
    expect(answer.status).toBe(401)
    expect((await register('not-acknowledged'))['pendingGateways']).toEqual(['gateway-1'])
  })
})

describe('commands', () => {
  test('a probe asks the connected gateways and waits for what they see', async () => {
    const link = await connect('inc_01kp0000000000000000000001')
    const { version } = await link.next('full')
    await link.acknowledge(version)
    const registering = register('probed')
    const delta = await link.next('delta')
    await link.acknowledge(delta.version)
    const { id } = (await registering)['server'] as { id: string }
    const health = plane.json(200, 'GET', `/v1/servers/${id}/health?probe=true`)
    const probe = await link.next('probe')
    expect(probe.serverId).toBe(id)
    await plane.send('POST', LINK_PATHS.health, {
      key: secret,
      body: {
        incarnationId: 'inc_01kp0000000000000000000001',
        servers: [
          {
            serverId: id,
            probeId: probe.probeId,
            state: 'healthy',
            era: 'modern',
            revision: '2026-07-28',
            reason: null,
            latencyMsP50: 2,
            latencyMsP99: 2,
            tools: [],
            observedAtMs: 1_700_000_000_000,
          },
        ],
      },
    })
    expect(await health).toMatchObject({ state: 'healthy', protocol: 'MCP-v2' })
  })
})

describe('who may link', () => {
  test.each([
    ['GET', `${LINK_PATHS.snapshot}?after=0&incarnation=inc_x`],
    ['GET', LINK_PATHS.head],
    ['POST', LINK_PATHS.acknowledge],
    ['POST', LINK_PATHS.health],
    ['POST', LINK_PATHS.audit],
    ['POST', LINK_PATHS.incarnations],
    ['POST', LINK_PATHS.leases],
    ['POST', LINK_PATHS.usage],
  ])('%s %s: only the secret of a slot', async (method, path) => {
    for (const key of [null, 'x'.repeat(64), plane.operatorKey]) {
      const body = method === 'POST' ? {} : undefined
      expect((await plane.send(method, path, { key, body })).status).toBe(401)
    }
  })

  test('a malformed question is refused', async () => {
    const send = (method: string, path: string, body?: unknown) =>
      plane.send(method, path, { key: secret, body })
    expect((await send('GET', LINK_PATHS.snapshot)).status).toBe(400)
    expect((await send('GET', `${LINK_PATHS.snapshot}?after=-1&incarnation=x`)).status).toBe(400)
    expect((await send('POST', LINK_PATHS.acknowledge, { version: 'a' })).status).toBe(400)
    const broken = await plane.sendRaw('POST', LINK_PATHS.acknowledge, secret, '{"version":')
    expect(broken.status).toBe(400)
  })

  test('the head is what the database says now', async () => {
    const { snapshotVersion } = await register('head')
    expect(await plane.json(200, 'GET', LINK_PATHS.head, { key: secret })).toEqual({
      version: snapshotVersion,
      epoch: 1,
    })
  })
})
