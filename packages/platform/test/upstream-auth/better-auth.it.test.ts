import {
  startBetterAuthServer,
  type BetterAuthServer,
} from '@mcp-orchestra/control-plane/upstream-auth-testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sdkV1, sdkV2Legacy, sdkV2Modern, type SdkClient } from '../clients/sdk-clients.ts'
import { startGuardedPlatform, type GuardedPlatform, type Person } from './guarded-platform.ts'

/** The same guarantees as at oidc-provider, at the MCP plugin of better-auth (`@better-auth/mcp`). */
let world: GuardedPlatform<BetterAuthServer>
let made = 0
let person: Person
beforeAll(async () => {
  world = await startGuardedPlatform((behind) => startBetterAuthServer(behind))
})
afterAll(() => world.close())
beforeEach(async () => {
  made += 1
  person = await world.person(`person-${made}`)
  for (const server of Object.values(world.guarded)) {
    server.seen.length = 0
    server.tokenGrants.length = 0
    server.requiredScopes = []
    server.declines = false
  }
})

const Claims = z.object({ iss: z.string(), aud: z.string(), scope: z.string() })

/** What the access token says that a request carried. */
function claimsOf(header: string | null | undefined): z.infer<typeof Claims> {
  const [, payload = ''] = (header ?? '').split('.')
  return Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
}

async function call(era: 'legacy' | 'modern', sdk: SdkClient): Promise<string> {
  const client = await sdk.connect(world.target(era, person))
  try {
    return await client.call('test_simple_text', {})
  } finally {
    await client.close()
  }
}

const CELLS = [
  ['legacy', sdkV1],
  ['legacy', sdkV2Legacy],
  ['modern', sdkV2Modern],
] as const

test.each(CELLS)(
  'a %s server: found, registered at, authorized, and called with the token of the person alone',
  async (era, sdk) => {
    const server = world.guarded[era]
    await expect(call(era, sdk)).rejects.toThrow(/authorize|HTTP 403/)
    expect(server.seen.every((header) => header === null)).toBe(true)
    expect(await person.connect(era)).toBe(`/connections?server=${era}&outcome=connected`)
    expect(server.tokenGrants).toEqual(['authorization_code'])
    server.seen.length = 0
    expect(await call(era, sdk)).toContain('simple text')
    const [header, ...others] = new Set(server.seen)
    expect(others).toEqual([])
    expect(claimsOf(header)).toMatchObject({
      iss: server.issuer,
      aud: server.url,
      scope: 'tools:read offline_access',
    })
    expect(header).not.toContain(person.apiKey)
  },
)

test('a token that is refused before its time is renewed once for twenty calls, and nobody notices', async () => {
  await person.connect('modern')
  const server = world.guarded.modern
  const client = await sdkV2Modern.connect(world.target('modern', person))
  try {
    await client.call('test_simple_text', {})
    server.spoilt.add(server.seen.at(-1)?.slice('Bearer '.length) ?? '')
    server.tokenGrants.length = 0
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.call('test_simple_text', {})),
    )
    expect(answers.every((text) => text.includes('simple text'))).toBe(true)
    expect(server.tokenGrants).toEqual(['refresh_token'])
  } finally {
    await client.close()
  }
})

test('what the person took back there is asked for again, after one refused refresh and no second', async () => {
  await person.connect('modern')
  const server = world.guarded.modern
  const client = await sdkV2Modern.connect(world.target('modern', person))
  try {
    await client.call('test_simple_text', {})
    server.spoilt.add(server.seen.at(-1)?.slice('Bearer '.length) ?? '')
    server.takeBack()
    server.tokenGrants.length = 0
    for (let call = 0; call < 3; call += 1) {
      await expect(client.call('test_simple_text', {})).rejects.toThrow(/authorize/)
    }
    expect(server.tokenGrants).toEqual(['refused refresh_token'])
    await person.connect('modern')
    expect(await client.call('test_simple_text', {})).toContain('simple text')
  } finally {
    await client.close()
  }
})

test('rights that its challenge names are authorized together with those that are held', async () => {
  await person.connect('modern')
  const server = world.guarded.modern
  const client = await sdkV2Modern.connect(world.target('modern', person))
  try {
    server.requiredScopes = ['tools:write']
    await expect(client.call('test_simple_text', {})).rejects.toThrow(/authorize/)
    await person.connect('modern')
    expect(await client.call('test_simple_text', {})).toContain('simple text')
    const { scope } = claimsOf(server.seen.at(-1))
    expect(scope.split(' ').toSorted()).toEqual(['offline_access', 'tools:read', 'tools:write'])
  } finally {
    await client.close()
  }
})

test('who says no there is told so, and no token is asked for', async () => {
  world.guarded.modern.declines = true
  expect(await person.connect('modern')).toContain('outcome=hub.connection_refused')
  expect(world.guarded.modern.tokenGrants).toEqual([])
})

test('an answer without the issuer that its metadata promises connects nothing', async () => {
  const address = await person.authorize('modern')
  const stripped = new URL(address)
  expect(stripped.searchParams.get('iss')).toBe(world.guarded.modern.issuer)
  stripped.searchParams.delete('iss')
  expect(await person.comeBack(stripped.href)).toContain('outcome=hub.connection_untrusted')
  expect(world.guarded.modern.tokenGrants).toEqual([])
})

test('disconnecting ends the refresh token there', async () => {
  await person.connect('modern')
  const before = world.guarded.modern.liveRefreshTokens()
  expect(await person.disconnect('modern')).toBe('done')
  expect(world.guarded.modern.liveRefreshTokens()).toBe(before - 1)
})
