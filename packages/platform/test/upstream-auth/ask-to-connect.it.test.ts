import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createV2, textOf } from '../clients/sdk-clients.ts'
import { startOidcPlatform, type Person } from './guarded-platform.ts'

const CALL = { name: 'test_simple_text', arguments: {} }
const PAGES = { elicitation: { url: {} } }

let world: Awaited<ReturnType<typeof startOidcPlatform>>
let made = 0
let person: Person
beforeAll(async () => {
  world = await startOidcPlatform()
})
afterAll(() => world.close())
beforeEach(async () => {
  made += 1
  person = await world.person(`asked-${made}`)
  for (const server of Object.values(world.guarded)) server.requiredScopes = []
})

test('SDK v1: the error names the page, and the same call works once the person was there', async () => {
  const { url, apiKey } = world.target('legacy', person)
  const connect = async (): Promise<ClientV1> => {
    const client = new ClientV1({ name: 'asked', version: '1.0.0' }, { capabilities: PAGES })
    const requestInit = { headers: { authorization: `Bearer ${apiKey}` } }
    await client.connect(new TransportV1(new URL(url), { requestInit }))
    return client
  }
  const refused: unknown = await connect().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(UrlElicitationRequiredError)
  const [page] = refused instanceof UrlElicitationRequiredError ? refused.elicitations : []
  expect(page).toMatchObject({ mode: 'url', url: expect.stringContaining('legacy') })
  await person.connect('legacy')
  const client = await connect()
  try {
    expect(textOf((await client.callTool(CALL)).content)).toContain('simple text')
    world.guarded.legacy.requiredScopes = ['tools:write']
    await expect(client.callTool(CALL)).rejects.toBeInstanceOf(UrlElicitationRequiredError)
  } finally {
    await client.close()
  }
})

test('SDK v2, modern: the person is asked in the midst of a call, grants, and the call goes on', async () => {
  await person.connect('modern')
  const { client, transport } = createV2('modern', world.target('modern', person), PAGES)
  const shown: unknown[] = []
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    shown.push(params)
    await person.connect('modern')
    return { action: 'accept' }
  })
  await client.connect(transport)
  try {
    world.guarded.modern.requiredScopes = ['tools:write']
    expect(textOf((await client.callTool(CALL)).content)).toContain('simple text')
    expect(shown).toEqual([
      expect.objectContaining({ mode: 'url', url: expect.stringContaining('modern') }),
    ])
  } finally {
    await client.close()
  }
})

test('SDK v2, modern: who declines hears why the call failed, and is not asked twice', async () => {
  await person.connect('modern')
  const { client, transport } = createV2('modern', world.target('modern', person), PAGES)
  let asked = 0
  client.setRequestHandler('elicitation/create', () => {
    asked += 1
    return { action: 'decline' }
  })
  await client.connect(transport)
  try {
    world.guarded.modern.requiredScopes = ['tools:write']
    await expect(client.callTool(CALL)).rejects.toThrow(/authorize/)
    expect(asked).toBe(1)
  } finally {
    await client.close()
  }
})
