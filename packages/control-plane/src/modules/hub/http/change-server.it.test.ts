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

const URL_BEFORE = 'https://mcp.example.com/mcp'
const HTTP = { kind: 'http', url: URL_BEFORE, headers: { 'X-Key': 's3cret', 'X-Old': 'gone' } }

let made = 0
async function register(transport: JsonObject = HTTP, key = owner.key): Promise<string> {
  made += 1
  const body = { alias: `changed-${made}`, transport, organizationId: owner.id }
  const changed = await plane.json(201, 'POST', '/v1/servers', { key, body })
  return String((changed['server'] as JsonObject)['id'])
}
const change = (status: number, id: string, body: unknown, key = owner.key) =>
  plane.json(status, 'PATCH', `/v1/servers/${id}`, { key, body })

describe('a change of a server', () => {
  test('names what is different; the rest stays, and gateways and the audit log have it', async () => {
    const id = await register()
    const body = {
      name: ' Weather ',
      visibility: 'everyone',
      era: 'modern',
      limits: { callTimeoutMs: 5_000 },
      announcePrices: false,
    }
    const changed = await change(200, id, body)
    const expected = {
      name: 'Weather',
      visibility: 'everyone',
      era: 'modern',
      announcePrices: false,
      enabled: true,
      limits: { callTimeoutMs: 5_000, concurrentCallsMax: 256, resultBytesMax: 268_435_456 },
    }
    expect(changed).toMatchObject({ server: expected, pendingGateways: [] })
    expect(await plane.json(200, 'GET', `/v1/servers/${id}`, { key: owner.key })).toMatchObject(
      expected,
    )
    expect(await plane.snapshotEntity('server', id)).toMatchObject({
      ...expected,
      transport: HTTP,
      reach: 'open_internet',
    })
    const { rows } = await plane.database.query<{ detail: JsonObject }>({
      text: `select detail from audit.entries where action = 'server.changed' and target = $1`,
      values: [id],
    })
    expect(rows).toEqual([
      {
        detail: {
          alias: `changed-${made}`,
          changed: 'announcePrices era limits name visibility',
          visibility: 'everyone',
        },
      },
    ])
  })

  test('keeps the values that it does not name, where they went before, and shows none', async () => {
    const id = await register()
    const transport = {
      kind: 'http',
      url: 'https://mcp.example.com/v2/mcp',
      headers: { 'X-Key': null, 'X-New': 'fresh' },
    }
    const answer = JSON.stringify(await change(200, id, { transport }))
    expect(answer).toContain('[redacted]')
    expect(answer).not.toMatch(/s3cret|fresh/)
    expect((await plane.snapshotEntity('server', id))?.['transport']).toEqual({
      kind: 'http',
      url: 'https://mcp.example.com/v2/mcp',
      headers: { 'X-Key': 's3cret', 'X-New': 'fresh' },
    })
  })

  test('never sends a kept value to another origin', async () => {
    const id = await register()
    for (const url of [
      'https://evil.example.net/mcp',
      'http://mcp.example.com/mcp',
      'https://mcp.example.com:8443/mcp',
    ]) {
      const transport = { kind: 'http', url, headers: { 'X-Key': null } }
      const refused = await change(422, id, { transport })
      expect(refused).toMatchObject({ code: 'hub.secret_needed', names: ['X-Key'] })
    }
    const unknown = { kind: 'http', url: URL_BEFORE, headers: { 'X-None': null } }
    expect((await change(422, id, { transport: unknown }))['code']).toBe('hub.secret_needed')
    expect((await plane.snapshotEntity('server', id))?.['transport']).toEqual(HTTP)
  })

  test('is judged as a registration: a process, or a place inside, is for operators', async () => {
    const id = await register()
    const inside = { kind: 'http', url: 'http://127.0.0.1:9/mcp' }
    expect((await change(422, id, { transport: inside }))['code']).toBe('hub.transport_refused')
    const relayed = { kind: 'http', url: URL_BEFORE, headers: { Host: 'x' } }
    expect((await change(422, id, { transport: relayed }))['code']).toBe('hub.transport_refused')
    const program = { kind: 'stdio', command: 'node', args: ['server.js'], env: { TOKEN: 'hush' } }
    expect((await change(403, id, { transport: program }))['code']).toBe('hub.command_forbidden')
    await change(200, id, { transport: inside }, plane.operatorKey)
    expect((await plane.snapshotEntity('server', id))?.['reach']).toBe('anywhere')
    await change(200, id, { transport: { kind: 'http', url: URL_BEFORE } })
    expect((await plane.snapshotEntity('server', id))?.['reach']).toBe('open_internet')
  })

  test('an owner changes the rest of a program that an operator registered, and a value moves to no other command', async () => {
    const program = { kind: 'stdio', command: 'node', args: ['server.js'], env: { TOKEN: 'hush' } }
    const id = await register(program, plane.operatorKey)
    await change(200, id, { name: 'Files' })
    expect(await plane.snapshotEntity('server', id)).toMatchObject({
      name: 'Files',
      reach: 'anywhere',
      transport: program,
    })
    const leak = {
      ...program,
      args: ['-e', 'console.log(process.env.TOKEN)'],
      env: { TOKEN: null },
    }
    const refused = await change(422, id, { transport: leak }, plane.operatorKey)
    expect(refused).toMatchObject({ code: 'hub.secret_needed', names: ['TOKEN'] })
    await change(200, id, { transport: { ...program, env: { TOKEN: null } } }, plane.operatorKey)
    expect((await plane.snapshotEntity('server', id))?.['transport']).toEqual(program)
  })

  test('two at once both hold: neither writes over what the other named', async () => {
    const id = await register()
    await Promise.all([
      change(200, id, { name: 'Two' }),
      change(200, id, { limits: { concurrentCallsMax: 3 } }),
      change(200, id, { limits: { callTimeoutMs: 7_000 } }),
    ])
    expect(await plane.snapshotEntity('server', id)).toMatchObject({
      name: 'Two',
      limits: { concurrentCallsMax: 3, callTimeoutMs: 7_000 },
    })
  })

  test('does not exist for strangers, and refuses what it does not know field by field', async () => {
    const id = await register()
    expect((await change(404, id, { name: 'x' }, stranger.key))['code']).toBe(
      'hub.server_not_found',
    )
    await change(404, 'srv_01kp0000000000000000000000', { name: 'x' })
    const bad = { limits: { callTimeoutMs: 1 }, alias: 'other' }
    const { errors } = (await change(400, id, bad)) as { errors?: { field: string }[] }
    expect(errors?.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['limits.callTimeoutMs']),
    )
    const json = { 'content-type': 'text/plain' }
    const path = `/v1/servers/${id}`
    const plain = await plane.send('PATCH', path, { key: owner.key, body: {}, headers: json })
    expect(plain.status).toBe(415)
    const large = { name: 'x'.repeat(9_500_000) }
    expect((await plane.send('PATCH', path, { key: owner.key, body: large })).status).toBe(413)
  })
})
