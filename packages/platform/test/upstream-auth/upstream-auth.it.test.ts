import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sdkV1, sdkV2Legacy, sdkV2Modern } from '../clients/sdk-clients.ts'
import { startOidcPlatform, type Person } from './guarded-platform.ts'

let world: Awaited<ReturnType<typeof startOidcPlatform>>
let made = 0
let person: Person
beforeAll(async () => {
  world = await startOidcPlatform()
})
afterAll(() => world.close())
beforeEach(async () => {
  made += 1
  person = await world.person(`person-${made}`)
  for (const server of Object.values(world.guarded)) {
    server.seen.length = 0
    server.requiredScopes = []
  }
})

const CELLS = [
  ['legacy', sdkV1],
  ['legacy', sdkV2Legacy],
  ['modern', sdkV2Modern],
] as const

describe.each(CELLS)('a %s server that asks for tokens', (era, sdk) => {
  test(`${sdk.label}: tells where to authorize, then is called with the person's own token alone`, async () => {
    const target = world.target(era, person)
    await expect(connectAndCall()).rejects.toThrow(/authorize|HTTP 403/)
    expect(world.guarded[era].seen.every((header) => header === null)).toBe(true)
    expect(await person.connect(era)).toBe(`/connections?server=${era}&outcome=connected`)
    world.guarded[era].seen.length = 0
    expect(await connectAndCall()).toContain('simple text')
    const tokens = new Set(world.guarded[era].seen)
    expect(tokens.size).toBe(1)
    const [header] = tokens
    expect(header).toMatch(/^Bearer /)
    expect(header).not.toContain(person.apiKey)
    expect(await world.guard.scopesOf(header?.slice(7) ?? '', world.guarded[era].url)).toEqual([
      'tools:read',
    ])

    async function connectAndCall(): Promise<string> {
      const client = await sdk.connect(target)
      try {
        return await client.call('test_simple_text', {})
      } finally {
        await client.close()
      }
    }
  })
})

test('a token that is refused before its time is renewed once for twenty calls, and nobody notices', async () => {
  await person.connect('modern')
  const client = await sdkV2Modern.connect(world.target('modern', person))
  try {
    await client.call('test_simple_text', {})
    const token = world.guarded.modern.seen.at(-1)?.slice('Bearer '.length) ?? ''
    await world.guard.spoil(token)
    world.guard.tokenGrants.length = 0
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.call('test_simple_text', {})),
    )
    expect(answers.every((text) => text.includes('simple text'))).toBe(true)
    expect(world.guard.tokenGrants).toEqual(['refresh_token'])
  } finally {
    await client.close()
  }
})

test('two people at one server are two accounts there', async () => {
  const other = await world.person(`other-${made}`)
  await person.connect('modern')
  await other.connect('modern')
  const seen = []
  for (const one of [person, other]) {
    const client = await sdkV2Modern.connect(world.target('modern', one))
    world.guarded.modern.seen.length = 0
    await client.call('test_simple_text', {})
    seen.push(world.guarded.modern.seen.at(-1))
    await client.close()
  }
  expect(new Set(seen).size).toBe(2)
})

test('after disconnecting no request carries the token, in a session that was open either', async () => {
  await person.connect('legacy')
  const client = await sdkV1.connect(world.target('legacy', person))
  try {
    await client.call('test_simple_text', {})
    await person.disconnect('legacy')
    world.guarded.legacy.seen.length = 0
    await expect(client.call('test_simple_text', {})).rejects.toThrow(/session|authorize/i)
    expect(world.guarded.legacy.seen.every((header) => header === null)).toBe(true)
  } finally {
    await client.close()
  }
})

test('a tool that needs more rights says so, works after the person agreed, and is not asked for again in vain', async () => {
  await person.connect('modern')
  const client = await sdkV2Modern.connect(world.target('modern', person))
  try {
    world.guarded.modern.requiredScopes = ['tools:write']
    await expect(client.call('test_simple_text', {})).rejects.toThrow(/authorize/)
    await person.connect('modern')
    expect(await client.call('test_simple_text', {})).toContain('simple text')
    world.guarded.modern.requiredScopes = ['tools:admin']
    await expect(client.call('test_simple_text', {})).rejects.toThrow(/authorize/)
    await expect
      .poll(() => person.outcomes(), { timeout: 20_000 })
      .toEqual(['unauthorized', 'complete', 'unauthorized'])
  } finally {
    await client.close()
  }
})

test('a server that wants to know who calls is well: it is reached, and its breaker stays closed', async () => {
  for (let call = 0; call < 8; call += 1) {
    await expect(sdkV2Modern.connect(world.target('modern', person))).rejects.toThrow(/HTTP 403/)
  }
  const health = await world.test.operator.hub.monitorHealth('modern', { probe: true })
  expect(health.state).toBe('healthy')
})
