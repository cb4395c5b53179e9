import { describe, expect, test } from 'vitest'
import { createOrchestra, type Orchestra } from '../orchestra.ts'
import {
  connectionLost,
  errorFor,
  json,
  legacyServer,
  pretendNetwork,
  resultFor,
  type Answering,
  type Seen,
} from './testing.ts'

const PAID = { name: 'echo', _meta: { 'io.mcp-orchestra/price': { amount: '1000', asset: 'USD' } } }
const echo = { server: 'everything', params: { name: 'echo', arguments: { message: 'hi' } } }

/** Where the member signed in, and where the gateway says that calls go. */
const CONTROL = 'http://control.test'
const GATEWAY = 'http://gateway.test'

type Signed = {
  readonly orchestra: Orchestra
  readonly seen: Seen[]
  /** How many keys were made. */
  issued(): number
}

/** A client of a signed-in member: no key of its own, a control plane that makes keys of `lifeMs`. */
function signIn(
  gateway: Answering,
  options: { lifeMs?: number; issue?: Answering; me?: Answering; protocol?: string } = {},
): Signed {
  let issued = 0
  const network = pretendNetwork((seen) => {
    if (!seen.url.startsWith(CONTROL)) return gateway(seen)
    if (seen.method === 'DELETE') return new Response(null, { status: 204 })
    if (seen.url.endsWith('/v1/servers/everything')) {
      return json({ protocol: options.protocol ?? null })
    }
    if (seen.url.endsWith('/v1/me')) return options.me?.(seen) ?? keyRefused()
    issued += 1
    return options.issue?.(seen) ?? callKey(issued, options.lifeMs ?? 300_000)
  })
  const orchestra = createOrchestra({ baseUrl: CONTROL, fetch: network.fetch })
  return { orchestra, seen: network.seen, issued: () => issued }
}

function callKey(number: number, lifeMs: number): Response {
  // The platform's clock is years from this machine's: only the difference counts.
  const createdAtMs = Date.parse('2031-01-01T00:00:00.000Z')
  return json(
    {
      secret: `call-key-${number}`,
      endpoint: `${GATEWAY}/s/everything/mcp`,
      key: {
        createdAt: '2031-01-01T00:00:00.000Z',
        expiresAt: new Date(createdAtMs + lifeMs).toISOString(),
      },
    },
    { status: 201 },
  )
}

const UNKNOWN_KEY = {
  type: 'x',
  code: 'authorize.key_invalid',
  status: 401,
  title: 'The key is unknown.',
  retryable: false,
}

function keyRefused(): Response {
  return json(UNKNOWN_KEY, { status: 401, type: 'application/problem+json' })
}

/** Refuses these keys at the door, whatever they ask. */
function refusing(keys: readonly string[], then: Answering): Answering {
  return (seen) => (keys.includes(keyOf(seen)) ? keyRefused() : then(seen))
}

function keyOf({ headers }: Seen): string {
  return headers.get('authorization')?.replace('Bearer ', '') ?? ''
}

function calls(seen: readonly Seen[]): Seen[] {
  return seen.filter(({ body }) => body.method === 'tools/call')
}

describe('routeRequest of a signed-in member', () => {
  test('gets a key for the server, and calls the gateway with it where the platform says', async () => {
    const { orchestra, seen } = signIn(legacyServer({}))
    await orchestra.hub.routeRequest(echo)
    const [issue] = seen.filter(({ method, url }) => method === 'POST' && url.startsWith(CONTROL))
    expect(issue?.url).toBe(`${CONTROL}/v1/servers/everything/call-keys`)
    expect(issue?.headers.get('authorization')).toBeNull()
    const [call] = calls(seen)
    expect(call && [call.url, keyOf(call)]).toEqual([`${GATEWAY}/s/everything/mcp`, 'call-key-1'])
  })

  test('sends no cookie to the gateway, and the session’s to the control plane alone', async () => {
    const credentials: [string, string][] = []
    const network = pretendNetwork((seen) =>
      seen.url.startsWith(CONTROL) ? callKey(1, 300_000) : legacyServer({})(seen),
    )
    const orchestra = createOrchestra({
      baseUrl: CONTROL,
      fetch: (input, init) => {
        const request = new Request(input, init)
        credentials.push([new URL(request.url).origin, request.credentials])
        return network.fetch(input, init)
      },
    })
    await orchestra.hub.routeRequest(echo)
    await orchestra.close()
    expect(new Set(credentials.map((pair) => pair.join(' ')))).toEqual(
      new Set([`${CONTROL} same-origin`, `${GATEWAY} omit`]),
    )
  })

  test('calls at one moment share one request for a key and one session', async () => {
    const { orchestra, seen, issued } = signIn(legacyServer({}))
    await Promise.all(Array.from({ length: 20 }, () => orchestra.hub.routeRequest(echo)))
    expect(issued()).toBe(1)
    expect(seen.filter(({ body }) => body.method === 'initialize')).toHaveLength(1)
    expect(calls(seen)).toHaveLength(20)
  })

  test('a caller that gives up does not take the key away from the others', async () => {
    const hurry = new AbortController()
    const { orchestra, issued } = signIn(legacyServer({}))
    const [given, kept] = await Promise.allSettled([
      orchestra.hub.routeRequest(echo, { signal: hurry.signal }),
      orchestra.hub.routeRequest(echo),
      Promise.resolve().then(() => hurry.abort(new Error('enough'))),
    ])
    expect(given.status).toBe('rejected')
    expect(kept.status).toBe('fulfilled')
    expect(issued()).toBe(1)
  })

  test('a key that nears its end is renewed before the next call, and its session ended', async () => {
    const { orchestra, seen, issued } = signIn(legacyServer({}), { lifeMs: 0 })
    await orchestra.hub.routeRequest(echo)
    await orchestra.hub.routeRequest(echo)
    expect(issued()).toBe(2)
    expect(calls(seen).map(keyOf)).toEqual(['call-key-1', 'call-key-2'])
    const goodbye = seen.find(({ method }) => method === 'DELETE')
    expect(goodbye && keyOf(goodbye)).toBe('call-key-1')
  })

  test('a refused key is renewed once, and the call goes out with the new one as the same attempt', async () => {
    const { orchestra, seen, issued } = signIn(refusing(['call-key-1'], legacyServer({})))
    const { attempts } = await orchestra.hub.routeRequest(echo)
    expect([attempts, issued()]).toEqual([1, 2])
    expect(calls(seen).map(keyOf)).toEqual(['call-key-2'])
  })

  test('calls at one moment whose key is refused share the new one, too', async () => {
    const { orchestra, issued } = signIn(refusing(['call-key-1'], legacyServer({})))
    await Promise.all(Array.from({ length: 10 }, () => orchestra.hub.routeRequest(echo)))
    expect(issued()).toBe(2)
  })

  test('a second refusal is the caller’s to see: nothing is asked for a third time', async () => {
    const { orchestra, seen, issued } = signIn(() => keyRefused())
    await expect(orchestra.hub.routeRequest(echo)).rejects.toMatchObject({
      code: 'authorize.key_invalid',
      status: 401,
    })
    expect(issued()).toBe(2)
    expect(calls(seen)).toEqual([])
  })

  test('a paid call that was lost is repeated with the key that it began with', async () => {
    let times = 0
    const { orchestra, seen } = signIn(
      legacyServer({
        tools: [PAID],
        call: (request) => {
          times += 1
          if (times === 1) throw connectionLost()
          return resultFor(request, { content: [] })
        },
      }),
      { lifeMs: 0 },
    )
    expect((await orchestra.hub.routeRequest(echo)).attempts).toBe(2)
    expect(calls(seen).map(keyOf)).toEqual(['call-key-1', 'call-key-1'])
  })

  test('a paid call that may have run is never repeated under another key: that would be another purchase', async () => {
    let isLost = false
    const server = legacyServer({
      tools: [PAID],
      call: () => {
        isLost = true
        throw connectionLost()
      },
    })
    const { orchestra, seen, issued } = signIn((request) =>
      isLost && request.body.method === 'tools/call' ? keyRefused() : server(request),
    )
    await expect(orchestra.hub.routeRequest(echo)).rejects.toMatchObject({
      code: 'sdk.connection_lost',
    })
    expect(issued()).toBe(1)
    expect(new Set(calls(seen).map(keyOf))).toEqual(new Set(['call-key-1']))
  })

  test('nor is one whose tool cannot be looked up any more', async () => {
    let isLost = false
    const server = legacyServer({
      call: () => {
        isLost = true
        throw connectionLost()
      },
    })
    const { orchestra, seen, issued } = signIn((request) =>
      isLost ? keyRefused() : server(request),
    )
    await expect(orchestra.hub.routeRequest(echo)).rejects.toMatchObject({
      code: 'sdk.connection_lost',
    })
    expect([issued(), calls(seen).length]).toEqual([1, 1])
  })

  test('a key that is refused inside MCP, after the call began, is no reason to call again', async () => {
    const { orchestra, seen, issued } = signIn(
      legacyServer({
        call: (request) =>
          errorFor(request, { code: 401_001, message: 'revoked', data: UNKNOWN_KEY }),
      }),
    )
    await expect(orchestra.hub.routeRequest(echo)).rejects.toMatchObject({ rpcCode: 401_001 })
    expect([issued(), calls(seen).length]).toEqual([1, 1])
  })

  test('who is not signed in any more hears that from the control plane, and nothing is called', async () => {
    const signedOut = { ...UNKNOWN_KEY, code: 'identity.unauthenticated' }
    const { orchestra, seen } = signIn(legacyServer({}), {
      issue: () => json(signedOut, { status: 401, type: 'application/problem+json' }),
    })
    await expect(orchestra.hub.routeRequest(echo)).rejects.toMatchObject({
      code: 'identity.unauthenticated',
    })
    expect(seen.every(({ url }) => url.startsWith(CONTROL))).toBe(true)
  })

  test('a control plane that is away is asked for the key again', async () => {
    let times = 0
    const { orchestra } = signIn(legacyServer({}), {
      issue: () => {
        times += 1
        if (times === 1) throw connectionLost()
        return callKey(times, 300_000)
      },
    })
    await orchestra.hub.routeRequest(echo)
    expect(times).toBe(2)
  })

  test('needs a server: the aggregated endpoint has no keys of its own', async () => {
    const { orchestra, seen } = signIn(legacyServer({}))
    await expect(orchestra.hub.routeRequest({ params: { name: 'echo' } })).rejects.toMatchObject({
      code: 'sdk.no_key',
    })
    expect(seen).toEqual([])
  })

  test('speaks the era that the platform last saw, without asking the server first', async () => {
    const legacy = signIn(legacyServer({}), { protocol: 'MCP-v1' })
    await legacy.orchestra.hub.routeRequest(echo)
    const methods = (seen: readonly Seen[]) => seen.flatMap(({ body }) => body.method ?? [])
    expect(methods(legacy.seen)).toEqual(['initialize', 'notifications/initialized', 'tools/call'])
  })

  test('finds out by itself when the platform does not know, and when what it saw is past', async () => {
    const unknown = signIn(legacyServer({}))
    await unknown.orchestra.hub.routeRequest(echo)
    expect(unknown.seen.map(({ body }) => body.method)).toContain('server/discover')
    const moved = signIn(
      (seen) =>
        seen.body.method === 'initialize'
          ? errorFor(seen, { code: -32_601, message: 'no such method' }, 404)
          : resultFor(seen, { resultType: 'complete' }),
      { protocol: 'MCP-v1' },
    )
    const { result } = await moved.orchestra.hub.routeRequest(echo)
    expect(result).toEqual({ resultType: 'complete' })
  })

  test('signing out ends its sessions and forgets its keys', async () => {
    const { orchestra, seen, issued } = signIn(legacyServer({}))
    await orchestra.hub.routeRequest(echo)
    await orchestra.session.signOut()
    expect(seen.slice(-2).map(({ method, url }) => [method, url])).toEqual([
      ['DELETE', `${CONTROL}/v1/session`],
      ['DELETE', `${GATEWAY}/s/everything/mcp`],
    ])
    await orchestra.hub.routeRequest(echo)
    expect(issued()).toBe(2)
  })

  test('a key of who was here before is never used when another tab signed somebody else in, or nobody', async () => {
    const people = ['org_a mbr_1', 'org_a mbr_1', 'org_b mbr_2', null, null]
    const { orchestra, seen } = signIn(legacyServer({}), {
      me: () => {
        const [organization, member] = people.shift()?.split(' ') ?? []
        if (organization === undefined) return keyRefused()
        return json({ organization: { id: organization }, member: { id: member } })
      },
    })
    while (people.length > 0) {
      await orchestra.session.me().catch(() => undefined)
      await orchestra.hub.routeRequest(echo)
    }
    expect(calls(seen).map(keyOf)).toEqual([
      'call-key-1',
      'call-key-1',
      'call-key-2',
      'call-key-3',
      'call-key-3',
    ])
  })
})
