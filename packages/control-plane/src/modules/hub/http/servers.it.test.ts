import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let owner: { id: string; key: string }
let stranger: { id: string; key: string }
beforeAll(async () => {
  plane = await startTestControlPlane()
  owner = await plane.foundOrganization('Owner')
  stranger = await plane.foundOrganization('Stranger')
})
afterAll(() => plane.stop())

const HTTP = { kind: 'http', url: 'https://mcp.example.com/mcp' }
const STDIO = { kind: 'stdio', command: 'node', args: ['server.js'], env: { TOKEN: 'hush-hush' } }

let made = 0
async function register(
  wish: JsonObject = {},
  key = owner.key,
): Promise<JsonObject & { id: string }> {
  made += 1
  const body = { alias: `server-${made}`, transport: HTTP, ...wish }
  const changed = await plane.json(201, 'POST', '/v1/servers', { key, body })
  return changed['server'] as JsonObject & { id: string }
}

describe('registering', () => {
  test('gives the server an endpoint, and tells gateways how to reach it', async () => {
    const server = await register({
      alias: 'weather',
      transport: { ...HTTP, headers: { 'X-Key': 's3cret' } },
    })
    expect(server).toMatchObject({
      alias: 'weather',
      name: 'weather',
      organizationId: owner.id,
      endpoint: 'http://127.0.0.1:7301/s/weather/mcp',
      enabled: true,
      status: 'active',
      protocol: null,
      transport: { kind: 'http', headers: { 'X-Key': '[redacted]' } },
      limits: { callTimeoutMs: 60_000 },
    })
    const entity = await plane.snapshotEntity('server', server.id)
    expect(entity).toMatchObject({
      alias: 'weather',
      transport: { headers: { 'X-Key': 's3cret' } },
    })
  })

  test('secrets rest sealed, and appear in no answer, no audit entry and no plain column', async () => {
    const server = await register({ transport: STDIO, organizationId: owner.id }, plane.operatorKey)
    const answer = await plane.send('GET', `/v1/servers/${server.id}`, { key: owner.key })
    expect(await answer.text()).not.toContain('hush-hush')
    for (const table of ['hub.servers', 'snapshot.entities', 'snapshot.changes', 'audit.entries']) {
      const { rows } = await plane.database.query<{ dump: string }>({
        text: `select row_to_json(t)::text as dump from ${table} t`,
      })
      expect(rows.length).toBeGreaterThan(0)
      expect(rows.map(({ dump }) => dump).join()).not.toContain('hush-hush')
    }
  })

  test('an alias is taken once, and free again when its server is gone', async () => {
    const { id } = await register({ alias: 'once' })
    const body = { alias: 'once', transport: HTTP }
    const refused = await plane.json(409, 'POST', '/v1/servers', { key: stranger.key, body })
    expect(refused).toMatchObject({ code: 'hub.alias_taken', alias: 'once' })
    await plane.json(200, 'DELETE', `/v1/servers/${id}`, { key: owner.key })
    await plane.json(201, 'POST', '/v1/servers', { key: stranger.key, body })
  })

  test('a process, or a place inside, is for operators', async () => {
    const asOwner = (transport: unknown) =>
      plane.send('POST', '/v1/servers', { key: owner.key, body: { alias: 'inside', transport } })
    expect((await asOwner(STDIO)).status).toBe(403)
    expect((await asOwner({ kind: 'http', url: 'http://127.0.0.1:9/mcp' })).status).toBe(422)
    const transport = { kind: 'http', url: 'http://127.0.0.1:9/mcp' }
    const server = await register({ transport, organizationId: owner.id }, plane.operatorKey)
    expect(server['organizationId']).toBe(owner.id)
  })

  test('an organization has at most a thousand servers', async () => {
    const full = await plane.foundOrganization('Full')
    await plane.database.query({
      text: `insert into hub.servers (id, organization_id, alias, name, enabled, visibility, era, transport,
               limits, announce_prices, charge_tool_errors, reach, created_at)
             select gen_random_uuid(), o.id, 'full-' || n, 'full', true, 'organization', 'auto', '', '{}',
               true, false, 'anywhere', now()
             from generate_series(1, 1000) n, identity.organizations o where o.name = 'Full'`,
    })
    const body = { alias: 'one-more', transport: HTTP }
    const refused = await plane.json(409, 'POST', '/v1/servers', { key: full.key, body })
    expect(refused['code']).toBe('hub.server_limit')
    await plane.database.query({ text: `delete from hub.servers where name = 'full'` })
  })

  test('nobody but an operator registers for another organization', async () => {
    const body = { alias: 'foreign', transport: HTTP, organizationId: owner.id }
    const refused = await plane.json(403, 'POST', '/v1/servers', { key: stranger.key, body })
    expect(refused['code']).toBe('hub.owner_forbidden')
    const unknown = { ...body, organizationId: 'org_nobody' }
    await plane.json(422, 'POST', '/v1/servers', { body: unknown })
  })

  test('bad input is refused field by field; permission comes first', async () => {
    const body = { alias: 'No Spaces', transport: { kind: 'smtp' } }
    const refused = await plane.json(400, 'POST', '/v1/servers', { key: owner.key, body })
    const fields = (refused['errors'] as { field: string }[]).map(({ field }) => field)
    expect(fields).toEqual(expect.arrayContaining(['alias', 'transport.kind']))
    const reader = await plane.json(201, 'POST', '/v1/keys', {
      key: owner.key,
      body: { name: 'reader', permissions: ['servers:read'] },
    })
    const good = { alias: 'reader', transport: HTTP }
    const key = String(reader['secret'])
    const forbidden = await plane.json(403, 'POST', '/v1/servers', { key, body: good })
    expect(forbidden).toMatchObject({ code: 'identity.forbidden', permission: 'servers:write' })
  })
})

describe('who sees what', () => {
  test('a private server does not exist for strangers', async () => {
    const { id, alias } = await register()
    for (const name of [id, String(alias)]) {
      await plane.json(200, 'GET', `/v1/servers/${name}`, { key: owner.key })
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['DELETE', '', undefined],
        ['POST', '/state', { action: 'off' }],
        ['GET', '/health', undefined],
        ['GET', '/tools', undefined],
        ['POST', '/call-keys', undefined],
      ] as const) {
        const refused = await plane.json(404, method, `/v1/servers/${name}${path}`, {
          key: stranger.key,
          body,
        })
        expect(refused['code']).toBe('hub.server_not_found')
      }
    }
    const listed = await plane.json(200, 'GET', '/v1/servers?limit=200', { key: stranger.key })
    expect(JSON.stringify(listed)).not.toContain(id)
  })

  test('a public one is seen, not how it is reached, and not changed', async () => {
    const { id } = await register({ visibility: 'everyone' })
    const seen = await plane.json(200, 'GET', `/v1/servers/${id}`, { key: stranger.key })
    expect(seen['transport']).toBeNull()
    await plane.json(404, 'DELETE', `/v1/servers/${id}`, { key: stranger.key })
    const body = { action: 'off' }
    await plane.json(404, 'POST', `/v1/servers/${id}/state`, { key: stranger.key, body })
  })

  test('an operator sees and changes all', async () => {
    const { id } = await register()
    const body = { action: 'off' }
    const changed = await plane.json(200, 'POST', `/v1/servers/${id}/state`, { body })
    expect(changed['server']).toMatchObject({ id, transport: { kind: 'http' } })
  })

  test('pages go through every server once', async () => {
    const org = await plane.foundOrganization('Pages')
    const ids: string[] = []
    for (let index = 0; index < 3; index += 1) ids.unshift((await register({}, org.key)).id)
    const seen: string[] = []
    for (let query: string | undefined = 'limit=2'; query !== undefined;) {
      const page: JsonObject = await plane.json(200, 'GET', `/v1/servers?${query}`, {
        key: org.key,
      })
      seen.push(...(page['items'] as { id: string }[]).map(({ id }) => id))
      const cursor = page['nextCursor'] as string | null
      query = cursor === null ? undefined : `limit=2&cursor=${cursor}`
    }
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids)
    await plane.json(400, 'GET', '/v1/servers?cursor=nonsense', { key: org.key })
  })
})

describe('switching and removing', () => {
  test('off and on reach the gateways', async () => {
    const { id } = await register()
    const path = `/v1/servers/${id}/state`
    const off = await plane.json(200, 'POST', path, { key: owner.key, body: { action: 'off' } })
    expect(off).toMatchObject({
      server: { enabled: false, status: 'inactive' },
      pendingGateways: [],
    })
    expect(await plane.snapshotEntity('server', id)).toMatchObject({ enabled: false })
    await plane.json(200, 'POST', path, { key: owner.key, body: { action: 'on' } })
    expect(await plane.snapshotEntity('server', id)).toMatchObject({ enabled: true })
    await plane.json(400, 'POST', path, { key: owner.key, body: { action: 'maybe' } })
  })

  test('a removed server is gone for people and gateways', async () => {
    const { id } = await register()
    await plane.json(200, 'DELETE', `/v1/servers/${id}`, { key: owner.key })
    await plane.json(404, 'GET', `/v1/servers/${id}`, { key: owner.key })
    expect(await plane.snapshotEntity('server', id)).toBeUndefined()
  })
})

describe('health and tools', () => {
  const INCARNATION = 'inc_01kp0000000000000000000000'
  function report(view: JsonObject, secret = plane.secrets.gateways[0]?.secret ?? '') {
    return plane.send('POST', '/internal/health', {
      key: secret,
      body: {
        incarnationId: INCARNATION,
        servers: [
          {
            probeId: null,
            state: 'healthy',
            era: 'legacy',
            revision: '2025-11-25',
            reason: null,
            latencyMsP50: 1.5,
            latencyMsP99: 9,
            tools: null,
            observedAtMs: 1_700_000_000_000,
            ...view,
          },
        ],
      },
    })
  }

  test('what a gateway reports is what people see', async () => {
    const { id } = await register()
    const tools = [
      {
        name: 'b',
        definitionHash: 'h1',
        inputSchema: { type: 'object' },
        quarantined: 'Its inputSchema: it nests deeper than 64 levels.',
      },
      {
        name: 'a',
        title: 'A',
        definitionHash: 'h2',
        readOnlyHint: true,
        destructiveHint: false,
        openWorldHint: true,
      },
    ]
    expect((await report({ serverId: id, tools })).status).toBe(204)
    expect(await plane.json(200, 'GET', `/v1/servers/${id}`, { key: owner.key })).toMatchObject({
      protocol: 'MCP-v1',
      revision: '2025-11-25',
      status: 'active',
    })
    const first = await plane.json(200, 'GET', `/v1/servers/${id}/tools?limit=1`, {
      key: owner.key,
    })
    expect(first['items']).toMatchObject([
      {
        name: 'a',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: null,
        openWorldHint: true,
        definitionHash: 'h2',
        quarantined: null,
      },
    ])
    const rest = `/v1/servers/${id}/tools?cursor=${String(first['nextCursor'])}`
    const second = await plane.json(200, 'GET', rest, { key: owner.key })
    expect(second).toMatchObject({
      items: [
        {
          name: 'b',
          inputSchema: { type: 'object' },
          quarantined: 'Its inputSchema: it nests deeper than 64 levels.',
        },
      ],
      nextCursor: null,
    })

    const observedAtMs = 1_700_000_001_000
    await report({
      serverId: id,
      tools: [tools[0]],
      state: 'down',
      reason: 'refused',
      observedAtMs,
    })
    const health = await plane.json(200, 'GET', `/v1/servers/${id}/health`, { key: owner.key })
    expect(health).toMatchObject({
      state: 'down',
      reason: 'refused',
      gateways: [{ gateway: 'gateway-1' }],
    })
    const left = await plane.json(200, 'GET', `/v1/servers/${id}/tools`, { key: owner.key })
    expect(left['items']).toMatchObject([{ name: 'b' }])
    expect(await plane.json(200, 'GET', `/v1/servers/${id}`, { key: owner.key })).toMatchObject({
      status: 'maintenance',
    })
  })

  test('a hostile listing spoils nothing', async () => {
    const { id } = await register()
    const nasty = 'a\u0000b\ud800c'
    const tool = {
      name: nasty,
      title: nasty,
      definitionHash: nasty,
      inputSchema: { [nasty]: nasty },
    }
    expect((await report({ serverId: id, reason: nasty, tools: [tool, tool] })).status).toBe(204)
    const listed = await plane.json(200, 'GET', `/v1/servers/${id}/tools`, { key: owner.key })
    expect(listed['items']).toMatchObject([{ name: 'ab\ufffdc', inputSchema: { [nasty]: nasty } }])
  })

  test('a late report never hides a newer one', async () => {
    const { id } = await register()
    await report({ serverId: id, observedAtMs: 1_700_000_002_000 })
    await report({ serverId: id, state: 'down', observedAtMs: 1_700_000_001_000 })
    const health = await plane.json(200, 'GET', `/v1/servers/${id}/health`, { key: owner.key })
    expect(health['state']).toBe('healthy')
  })

  test('a probe with no gateway connected answers at once with what is known', async () => {
    const { id } = await register()
    const health = await plane.json(200, 'GET', `/v1/servers/${id}/health?probe=true`, {
      key: owner.key,
    })
    expect(health).toMatchObject({ state: 'unknown', gateways: [] })
  })

  test('only a gateway may report, and only well-formed', async () => {
    const { id } = await register()
    expect((await report({ serverId: id }, plane.operatorKey)).status).toBe(401)
    expect((await report({ serverId: id, state: 'fine' })).status).toBe(400)
    expect((await report({ serverId: 'srv_unknown' })).status).toBe(204)
  })
})

describe('call keys', () => {
  test('a call key lives five minutes, is for one server, and only calls', async () => {
    const { id, alias } = await register()
    const issued = await plane.json(201, 'POST', `/v1/servers/${id}/call-keys`, { key: owner.key })
    const key = issued['key'] as { createdAt: string; expiresAt: string }
    expect(issued).toMatchObject({
      endpoint: `http://127.0.0.1:7301/s/${String(alias)}/mcp`,
      key: { permissions: ['tools:call'], allow: [{ serverId: id }] },
    })
    expect(Date.parse(key.expiresAt) - Date.parse(key.createdAt)).toBe(300_000)
    const refused = await plane.json(403, 'GET', '/v1/servers', { key: String(issued['secret']) })
    expect(refused['code']).toBe('identity.forbidden')
    const listed = await plane.json(200, 'GET', '/v1/keys', { key: owner.key })
    expect(JSON.stringify(listed)).not.toContain('call key')
  })

  test('a key that may not call makes none, nor for a server beyond its grants', async () => {
    const { id } = await register()
    const issue = async (body: JsonObject) =>
      String((await plane.json(201, 'POST', '/v1/keys', { key: owner.key, body }))['secret'])
    const reader = await issue({ name: 'r', permissions: ['servers:read'] })
    const path = `/v1/servers/${id}/call-keys`
    expect((await plane.send('POST', path, { key: reader })).status).toBe(403)
    const other = await issue({
      name: 'o',
      permissions: ['tools:call'],
      allow: [{ serverId: 'srv_x' }],
    })
    const refused = await plane.json(403, 'POST', path, { key: other })
    expect(refused['code']).toBe('identity.exceeds_creator')
  })
})
