import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createV2 } from '../clients/sdk-clients.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { API_KEY, startRestApi, type RestApi } from './rest-api.ts'

/** A tenth of a cent, in atto-USD. */
const PRICE = '1000000000000000'

let api: RestApi
let stage: TestPlatform
let payer: Payer

beforeAll(async () => {
  api = await startRestApi()
  stage = await startTestPlatform({
    pets: {
      era: 'modern',
      transport: {
        kind: 'openapi',
        document: JSON.stringify(api.document),
        credentials: { key: API_KEY },
      },
      limits: { callTimeoutMs: 2_000 },
      prices: { getPet: PRICE, listPets: PRICE, createPet: PRICE, wait: PRICE, upload: PRICE },
    },
  })
  payer = await stage.foundPayer('caller')
})
afterAll(async () => {
  await stage.close()
  await api.close()
})
beforeEach(() => void (api.seen.length = 0))

async function connect(url?: string) {
  const target = stage.transparent('pets', payer)
  const { client, transport } = createV2('modern', url === undefined ? target : { ...target, url })
  await client.connect(transport)
  return client
}

async function call(name: string, args: Record<string, unknown> = {}) {
  const client = await connect()
  try {
    return await client.callTool({ name, arguments: args })
  } finally {
    await client.close()
  }
}

async function wealth(): Promise<bigint> {
  const { available, leased } = await payer.orchestra.balance.get()
  return BigInt(available.amount) + BigInt(leased.amount)
}

describe('a REST API as a server', () => {
  it('lists its operations as tools with schemas, hints, and prices', async () => {
    const client = await connect()
    const { tools } = await client.listTools()
    await client.close()
    expect(tools.map(({ name }) => name)).toEqual([
      'listPets', 'createPet', 'getPet', 'deletePet', 'getPicture', 'getArchive', 'listNames', 'wait', 'upload',
    ]) // prettier-ignore
    const [list, create, get, remove] = tools
    expect(list).toMatchObject({
      title: 'Pets, by page',
      annotations: { readOnlyHint: true },
      inputSchema: { type: 'object', properties: { page: { type: 'integer', minimum: 1 } } },
      outputSchema: { type: 'object', properties: { page: {} } },
      _meta: {
        'io.mcp-orchestra/pagination': { style: 'page', argument: 'page' },
        'io.mcp-orchestra/price': { amount: PRICE },
      },
    })
    expect(create?.inputSchema).toMatchObject({
      required: ['body'],
      properties: { body: { $ref: '#/$defs/Pet' } },
    })
    expect(get?.inputSchema).toMatchObject({ required: ['petId'] })
    expect(remove?.annotations).toMatchObject({ destructiveHint: true, idempotentHint: true })
  })

  it('a call becomes one request with the stored credential, and its JSON comes back whole and is charged', async () => {
    const before = await wealth()
    const result = await call('listPets', { page: 1, tags: ['a b', 'c&d'], 'X-Trace': 't1' })
    expect(api.seen).toHaveLength(1)
    expect(api.seen[0]).toMatchObject({
      method: 'GET',
      url: '/v1/pets?page=1&tags=a%20b&tags=c%26d',
      headers: { 'x-api-key': API_KEY, 'x-trace': 't1' },
    })
    expect(api.seen[0]?.headers['authorization']).toBeUndefined()
    expect(result.isError ?? false).toBe(false)
    expect(result.structuredContent).toMatchObject({ page: 1, pets: [{ name: 'Rex' }] })
    const texts = result.content.map((block) => ('text' in block ? block.text : ''))
    expect(texts[0]).toContain('"id":9007199254740993')
    expect(texts[1]).toBe('There is a next page: call again with {"page":"2"}.')
    expect(result._meta).toMatchObject({
      'io.mcp-orchestra/receipt': { charged: { amount: PRICE } },
      'io.mcp-orchestra/pagination': { next: { page: '2' } },
    })
    await expect.poll(wealth, { timeout: 10_000 }).toBe(before - BigInt(PRICE))
  })

  it.each([
    ['404', 'HTTP 404'],
    ['500', 'HTTP 500'],
    ['302', 'Redirects are not followed'],
  ])('a status of %s is an error of the tool that costs nothing', async (petId, said) => {
    const before = await wealth()
    const result = await call('getPet', { petId })
    expect(result.isError).toBe(true)
    expect(JSON.stringify(result.content)).toContain(said)
    expect(result._meta).toMatchObject({ 'io.mcp-orchestra/receipt': { charged: { amount: '0' } } })
    await call('getPet', { petId: 'paid' })
    await expect.poll(wealth, { timeout: 10_000 }).toBe(before - BigInt(PRICE))
  })

  it('Retry-After of a 429 is passed on', async () => {
    const result = await call('getPet', { petId: '429' })
    expect(result.isError).toBe(true)
    expect(result._meta).toMatchObject({
      'io.mcp-orchestra/http': { status: 429, headers: { 'retry-after': '7' } },
    })
  })

  it.each([
    '../admin',
    '..',
    'a//b',
    'a/../../b',
    '%2e%2e%2fadmin',
    '..%2Fadmin',
    'x\r\nHost: y',
    '',
    '..;/x',
  ])('the path value %j is refused before anything is sent', async (petId) => {
    const result = await call('getPet', { petId })
    expect(result.isError).toBe(true)
    expect(api.seen).toEqual([])
  })

  it('missing, unknown and mistyped arguments are named, and nothing is sent', async () => {
    const result = await call('listPets', { page: 'one', colour: 'red' })
    expect(result.isError).toBe(true)
    const text = JSON.stringify(result.content)
    expect(text).toContain('page must be an integer')
    expect(text).toContain('colour is not an argument of this tool')
    expect(JSON.stringify((await call('getPet')).content)).toContain('petId is missing')
    expect(api.seen).toEqual([])
  })

  it('pictures come as images, other bytes as a resource, nothing as a sentence', async () => {
    expect((await call('getPicture')).content[0]).toMatchObject({
      type: 'image',
      mimeType: 'image/png',
    })
    expect((await call('getArchive')).content[0]).toMatchObject({
      type: 'resource',
      resource: { uri: `${api.url}/v1/archive`, mimeType: 'application/zip', blob: 'UEs=' },
    })
    expect((await call('deletePet', { petId: '7' })).content).toEqual([
      { type: 'text', text: 'DELETE /pets/{petId} answered 204.' },
    ])
  })

  it('files are sent as parts of a form', async () => {
    const result = await call('upload', {
      body: { note: 'a "note"', file: Buffer.from([0, 255, 13, 10]).toString('base64') },
    })
    const text = JSON.stringify(result.content)
    expect(text).toContain('multipart/form-data; boundary=')
    expect(api.seen[0]?.body).toContain('name="file"; filename="file"')
    expect(api.seen[0]?.body).toContain('\r\n\r\n\u0000\u00ff\r\n\r\n')
  })

  it('an API that does not answer is a time-out that costs nothing', async () => {
    const before = await wealth()
    await expect(call('wait')).rejects.toThrow(/did not answer in time/)
    await call('getPet', { petId: 'paid' })
    await expect.poll(wealth, { timeout: 10_000 }).toBe(before - BigInt(PRICE))
  })

  it('clients of the legacy era have it too, arrays as the objects that they know', async () => {
    const { url, apiKey } = stage.transparent('pets', payer)
    const client = new ClientV1({ name: 'openapi', version: '1.0.0' })
    const requestInit = { headers: { authorization: `Bearer ${apiKey ?? ''}` } }
    await client.connect(new TransportV1(new URL(url), { requestInit }))
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('listNames')
    const pet = await client.callTool({ name: 'getPet', arguments: { petId: 'x y' } })
    expect(pet).toMatchObject({ structuredContent: { id: 'x y', name: 'Rex' } })
    expect(api.seen.at(-1)?.url).toBe('/v1/pets/x%20y')
    const names = await client.callTool({ name: 'listNames', arguments: {} })
    expect(names).toMatchObject({ structuredContent: { result: ['Rex', 'Mia'] } })
    const missing = await client.callTool({ name: 'getPet', arguments: { petId: '404' } })
    expect(missing).toMatchObject({ isError: true })
    await client.close()
  })

  it('is a member of the aggregate, and is found healthy without a call of an operation', async () => {
    const health = await stage.operator.hub.monitorHealth('pets', { probe: true })
    expect(health).toMatchObject({ state: 'healthy', protocol: 'MCP-v2' })
    expect(new Set(api.seen.map(({ method }) => method))).toEqual(new Set(['HEAD']))
    const client = await connect(stage.aggregated(payer).url)
    const { tools } = await client.listTools()
    await client.close()
    expect(tools.map(({ name }) => name)).toContain('getPet')
  })

  it('secrets are in no answer, and an allow-list takes tools away at once', async () => {
    const server = await stage.operator.hub.getServer('pets')
    expect(server.transport).toMatchObject({
      kind: 'openapi',
      baseUrl: `${api.url}/v1`,
      credentials: { key: '[redacted]' },
    })
    await stage.operator.hub.updateMCP('pets', {
      transport: { kind: 'openapi', credentials: { key: null }, allow: ['getPet'] },
    })
    const client = await connect()
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['getPet'])
    await client.close()
    const result = await call('getPet', { petId: 'still' })
    expect(result.structuredContent).toEqual({ id: 'still', name: 'Rex' })
  })

  it('a credential that the API does not take is the server’s failure, not the caller’s answer', async () => {
    await stage.operator.hub.updateMCP('pets', {
      transport: { kind: 'openapi', credentials: { key: 'wrong' } },
    })
    await expect(call('getPet', { petId: '1' })).rejects.toThrow(/credential/)
  })
})
