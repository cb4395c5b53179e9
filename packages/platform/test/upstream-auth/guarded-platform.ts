import { request as requestHttp, type RequestListener } from 'node:http'
import {
  browse,
  startAuthorizationServer,
  startProtectedServer,
  type AuthorizationServer,
  type ProtectedServer,
} from '@mcp-orchestra/control-plane/upstream-auth-testing'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestPlatform, type TestPlatform } from '../stage/test-platform.ts'
import type { KeyedTarget } from '../stage/test-relay.ts'

const PASSWORD = 'correct horse battery'

/** A person of the platform, signed in in a browser, with a key for MCP clients. */
export type Person = {
  readonly cookie: string
  readonly apiKey: string
  /** Goes through the authorization of a server in the browser; where it ends. */
  connect(alias: string): Promise<string>
  /** Goes there and authorizes; the address that it comes back to. */
  authorize(alias: string): Promise<string>
  /** Opens the page of an authorization server that a program printed, and authorizes; where it ends. */
  visit(authorizationUrl: string): Promise<string>
  /** Opens the address that it came back to; where it ends. */
  comeBack(address: string): Promise<string>
  /** What became of the revocation. */
  disconnect(alias: string): Promise<string>
  /** How the calls of the person ended, the first one first. */
  outcomes(): Promise<string[]>
}

/** A server for each era. */
type Eras<S> = Readonly<Record<'legacy' | 'modern', S>>

/** A whole platform before MCP servers that ask for tokens of a real authorization server. */
export type GuardedPlatform<S = ProtectedServer> = {
  readonly test: TestPlatform
  readonly guarded: Eras<S>
  person(name: string): Promise<Person>
  target(alias: string, person: Person): KeyedTarget
  close(): Promise<void>
}

/** A platform before two servers that one oidc-provider guards. */
export async function startOidcPlatform(): Promise<
  GuardedPlatform & { readonly guard: AuthorizationServer }
> {
  const guard = await startAuthorizationServer()
  const world = await startGuardedPlatform((behind) => startProtectedServer(guard, behind))
  return {
    ...world,
    guard,
    async close() {
      await world.close()
      await guard.close()
    },
  }
}

/** Starts everything: real processes, a real database, and the fixture server behind a guard for each era. */
export async function startGuardedPlatform<
  S extends { readonly url: string; close(): Promise<void> },
>(startGuarded: (behind: RequestListener) => Promise<S>): Promise<GuardedPlatform<S>> {
  const fixture = await startFixtureServer({ era: 'both', port: 0 })
  const guarded = {
    legacy: await startGuarded(passTo(fixture)),
    modern: await startGuarded(passTo(fixture)),
  }
  const over = (url: string) => ({ kind: 'http', url, headers: {} }) as const
  const test = await startTestPlatform({
    legacy: { era: 'legacy', transport: over(guarded.legacy.url) },
    modern: { era: 'modern', transport: over(guarded.modern.url) },
  })
  const origin = test.platform.urls.controlPlane

  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ) {
    const response = await fetch(new URL(path, origin), {
      method,
      headers: { ...headers, origin: new URL(origin).origin, 'content-type': 'application/json' },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.status >= 400) throw new Error(`${method} ${path}: ${await response.text()}`)
    return response
  }

  return {
    test,
    guarded,
    async person(name) {
      const email = `${name}@example.com`
      await test.operator.users.createOrganization({ name, adminEmail: email })
      const asOperator = { authorization: `Bearer ${test.platform.apiKey}` }
      const made = await send('POST', '/v1/sign-in-links', asOperator, { email })
      const link = (await made.json()) as { url: string }
      const token = new URL(link.url).searchParams.get('token')
      const signedIn = await send('POST', '/v1/session/link', {}, { token, password: PASSWORD })
      const cookie = signedIn.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
      const wish = { name: 'client', permissions: ['tools:call', 'servers:read'] }
      const issued = await send('POST', '/v1/keys', { cookie }, wish)
      const { secret } = (await issued.json()) as { secret: string }

      async function authorize(alias: string): Promise<string> {
        const started = await send('POST', `/v1/servers/${alias}/connection`, { cookie }, {})
        const { authorizationUrl } = (await started.json()) as { authorizationUrl: string }
        return openPage(authorizationUrl)
      }

      const openPage = (authorizationUrl: string): Promise<string> =>
        browse(authorizationUrl, new URL('/v1/oauth/callback', origin).href)

      async function comeBack(address: string): Promise<string> {
        const ended = await send('GET', address, { cookie })
        return ended.headers.get('location') ?? ''
      }

      return {
        cookie,
        apiKey: secret,
        authorize,
        comeBack,
        visit: async (authorizationUrl) => comeBack(await openPage(authorizationUrl)),
        connect: async (alias) => comeBack(await authorize(alias)),
        async outcomes() {
          const listed = await send('GET', '/v1/usage?side=payer', { cookie })
          const { items } = (await listed.json()) as { items: { outcome: string }[] }
          return items.map(({ outcome }) => outcome).toReversed()
        },
        async disconnect(alias) {
          const ended = await send('DELETE', `/v1/servers/${alias}/connection`, { cookie })
          return ((await ended.json()) as { revoked: string }).revoked
        },
      }
    },
    target: (alias, { apiKey }) => test.transparent(alias, { apiKey }),
    async close() {
      await test.close()
      await Promise.all([guarded.legacy.close(), guarded.modern.close()])
      await fixture.close()
    },
  }
}

/** Passes what was let in on to the fixture, byte by byte. */
function passTo(fixture: FixtureServer): RequestListener {
  const { host } = new URL(fixture.url)
  return (incoming, outgoing) => {
    const { method } = incoming
    const onward = requestHttp(fixture.url, {
      ...(method === undefined ? {} : { method }),
      headers: { ...incoming.headers, host },
    })
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  }
}
