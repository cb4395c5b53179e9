import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let owner: { id: string; key: string }
let site: Server
let siteUrl: string
let served: { status: number; headers?: Record<string, string>; body: string }

beforeAll(async () => {
  plane = await startTestControlPlane()
  owner = await plane.foundOrganization('Owner')
  site = createServer((_request, response) => {
    response.writeHead(served.status, served.headers).end(served.body)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
afterAll(async () => {
  site.close()
  await plane.stop()
})

const documentOf = (...operations: string[]) =>
  JSON.stringify({
    openapi: '3.0.3',
    info: { title: 'Pets', version: '1' },
    servers: [{ url: 'https://api.example.com/v1' }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
    security: [{ key: [] }],
    paths: {
      ...Object.fromEntries(
        operations.map((operationId) => [`/${operationId}`, { get: { operationId } }]),
      ),
      '/bad': {
        get: { operationId: 'bad', parameters: [{ $ref: 'https://evil.example/p.json' }] },
      },
    },
  })

async function refused(path: string, body: JsonObject, key = owner.key, method = 'POST') {
  const answer = await plane.send(method, path, { key, body })
  const problem = (await answer.json()) as JsonObject
  return { status: answer.status, code: problem['code'], detail: String(problem['detail']) }
}

function register(alias: string, transport: JsonObject, key = owner.key) {
  return plane.json(201, 'POST', '/v1/servers', {
    key,
    body: { alias, transport: { kind: 'openapi', ...transport } },
  })
}

describe('a preview', () => {
  test('shows tools, what they want, and what is left out and why; nothing is kept', async () => {
    const preview = await plane.json(200, 'POST', '/v1/openapi/preview', {
      key: owner.key,
      body: { document: documentOf('getPet') },
    })
    expect(preview).toMatchObject({
      title: 'Pets',
      baseUrl: 'https://api.example.com/v1',
      schemes: [{ name: 'key', wants: 'key', place: 'header' }],
      operations: [{ operation: 'getPet', tool: 'getPet', isReadOnly: true, credentials: [] }],
      leftOut: [{ operation: 'bad', reason: expect.stringContaining('leads out of the document') }],
    })
  })

  test.each([
    ['neither', {}],
    ['both', { document: '{}', documentUrl: 'https://a.example/' }],
    ['no document', { document: 'hello' }],
    ['Swagger 2.0', { document: '{"swagger":"2.0","paths":{}}' }],
  ])('of %s is refused', async (_what, body) => {
    expect(await refused('/v1/openapi/preview', body)).toMatchObject({
      status: 422,
      code: 'hub.document_refused',
    })
  })

  test('a large document fits, and one beyond the bound is too large', async () => {
    const filler = ' '.repeat(3_000_000)
    const body = { document: documentOf('getPet') + filler }
    await plane.json(200, 'POST', '/v1/openapi/preview', { key: plane.operatorKey, body })
    const answer = await plane.send('POST', '/v1/openapi/preview', {
      key: owner.key,
      body: { document: 'x'.repeat(9_500_000) },
    })
    expect(answer.status).toBe(413)
  })
})

describe('an address of a document', () => {
  test.each([
    'http://127.0.0.1:9/x',
    'http://localhost:9/x',
    'http://[::1]:9/x',
    'http://169.254.169.254/latest/meta-data',
    'http://2130706433/x',
    'https://me:secret@api.example.com/x',
  ])('%s is not read for a stranger', async (documentUrl) => {
    const { status } = await refused('/v1/openapi/preview', { documentUrl }, await strangerKey())
    expect(status).toBe(422)
  })

  test('is read for an operator; redirects, failures and other bodies are told', async () => {
    const preview = (documentUrl: string) =>
      refused('/v1/openapi/preview', { documentUrl }, plane.operatorKey)
    served = { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' }
    expect(await preview(siteUrl)).toMatchObject({ code: 'hub.document_unreachable' })
    expect((await preview(siteUrl)).detail).toContain('redirects are not followed')
    served = { status: 500, body: '' }
    expect((await preview(siteUrl)).detail).toContain('status 500')
    served = { status: 200, body: 'x'.repeat(5_000_000) }
    expect((await preview(siteUrl)).detail).toContain('over 4194304 bytes')
  })
})

describe('a REST API', () => {
  test('is compiled for gateways; its secret is in no answer, and kept only on its origin', async () => {
    const { server } = (await register('pets', {
      document: documentOf('getPet', 'listPets'),
      credentials: { key: 'hush-hush' },
      allow: ['getPet'],
    })) as { server: JsonObject & { id: string } }
    expect(JSON.stringify(server)).not.toContain('hush-hush')
    expect(server).toMatchObject({
      era: 'modern',
      transport: {
        baseUrl: 'https://api.example.com/v1',
        credentials: { key: '[redacted]' },
        allow: ['getPet'],
      },
    })
    const entity = await plane.snapshotEntity('server', server.id)
    const { catalog } = (entity as { transport: { catalog: string } }).transport
    expect(JSON.parse(catalog)).toMatchObject({
      version: 1,
      operations: [{ name: 'getPet', credentials: ['key'] }],
      schemes: { key: { place: 'header', name: 'X-Key', form: 'raw' } },
    })
    const path = `/v1/servers/${server.id}`
    const change = (transport: JsonObject) => ({ transport: { kind: 'openapi', ...transport } })
    const moved = change({ credentials: { key: null }, baseUrl: 'https://evil.example' })
    expect(await refused(path, moved, owner.key, 'PATCH')).toMatchObject({
      code: 'hub.secret_needed',
    })
    await plane.json(200, 'PATCH', path, {
      key: owner.key,
      body: change({ credentials: { key: null }, allow: ['listPets', 'getPet'] }),
    })
    expect(await plane.snapshotEntity('server', server.id)).toMatchObject({
      transport: { credentials: { key: 'hush-hush' }, allow: ['listPets', 'getPet'] },
    })
  })

  test('with an operation or a scheme that it does not have is refused, with what it has', async () => {
    const key = await strangerKey()
    const body = (more: JsonObject) => ({
      alias: 'odd',
      transport: { kind: 'openapi', document: documentOf('getPet'), ...more },
    })
    expect((await refused('/v1/servers', body({ allow: ['nope'] }), key)).detail).toContain(
      'nope is not in it',
    )
    expect((await refused('/v1/servers', body({ allow: ['bad'] }), key)).detail).toContain(
      'leads out',
    )
    expect((await refused('/v1/servers', body({ credentials: { k: 'v' } }), key)).detail).toContain(
      'it has key',
    )
    expect(await refused('/v1/servers', body({ baseUrl: 'http://10.0.0.1/' }), key)).toMatchObject({
      code: 'hub.transport_refused',
    })
    expect(await refused('/v1/servers', body({ credentials: { key: 'a\nb' } }), key)).toMatchObject(
      {
        code: 'hub.transport_refused',
      },
    )
  })

  test('a refresh takes what is new of its operations, adds none, and does not move', async () => {
    served = { status: 200, body: documentOf('getPet') }
    const { server } = (await register('fresh', { documentUrl: siteUrl }, plane.operatorKey)) as {
      server: { id: string }
    }
    served.body = documentOf('getPet', 'deleteAll').replaceAll('api.example.com', 'evil.example')
    const path = `/v1/servers/${server.id}/refresh-document`
    await plane.json(200, 'POST', path, { key: plane.operatorKey })
    expect(await plane.snapshotEntity('server', server.id)).toMatchObject({
      transport: { allow: ['getPet'], baseUrl: 'https://api.example.com/v1' },
    })
    served.body = documentOf('other')
    const gone = await plane.send('POST', path, { key: plane.operatorKey })
    expect(gone.status).toBe(422)
  })

  test('one whose document was text has nothing to refresh', async () => {
    const answer = await plane.send('POST', '/v1/servers/pets/refresh-document', { key: owner.key })
    expect(answer.status).toBe(409)
    const stranger = await plane.send('POST', '/v1/servers/pets/refresh-document', {
      key: await strangerKey(),
    })
    expect(stranger.status).toBe(404)
  })
})

test('an organization that sends document after document is told to wait', async () => {
  const key = await strangerKey()
  const statuses: number[] = []
  for (let count = 0; count < 12; count += 1) {
    const answer = await plane.send('POST', '/v1/openapi/preview', {
      key,
      body: { document: documentOf('getPet') },
    })
    statuses.push(answer.status)
  }
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 200))
  expect(statuses.at(-1)).toBe(429)
})

let strangers = 0
async function strangerKey(): Promise<string> {
  strangers += 1
  return (await plane.foundOrganization(`Stranger ${strangers}`)).key
}
