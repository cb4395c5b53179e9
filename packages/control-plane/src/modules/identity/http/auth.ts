import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Context } from 'hono'
import { z } from 'zod'
import type { SignInAttempts } from '../attempts.ts'
import type { Signing } from '../signing.ts'
import { requireOwnPage } from './own-page.ts'

/** The addresses of better-auth that are open; every other one of its dozens is not mounted. */
const OPEN = [
  ['POST', '/api/auth/sign-in/email'],
  ['POST', '/api/auth/sign-out'],
  ['GET', '/api/auth/get-session'],
  ['POST', '/api/auth/change-password'],
  ['GET', '/api/auth/list-sessions'],
  ['POST', '/api/auth/revoke-session'],
  ['POST', '/api/auth/revoke-other-sessions'],
] as const

/** Headers that better-auth may see: no forwarded address, no host override. */
const PASSED = ['authorization', 'content-type', 'cookie', 'origin', 'referer', 'user-agent']

const Account = z.object({ email: z.string().max(254) })

/** Mounts sign-in by e-mail and password, and what a session may do to itself. */
export function mountAuth(
  app: ApiApp,
  deps: {
    readonly signing: Pick<Signing, 'serve'>
    readonly attempts: SignInAttempts
    readonly addressOf: (context: Context) => string
    readonly trustedOrigins: readonly string[]
  },
): void {
  for (const [method, path] of OPEN) {
    app.on(method, path, async (context) => {
      const { raw } = context.req
      // better-auth looks too, unless it takes the process for a test: so we do not rely on it.
      if (method === 'POST') requireOwnPage(raw, deps.trustedOrigins)
      const body = method === 'POST' ? await context.req.text() : undefined
      if (path === '/api/auth/sign-in/email') {
        const { email } = Account.parse(await context.req.json())
        deps.attempts.count({ address: deps.addressOf(context), account: email })
      }
      const headers = new Headers()
      for (const name of PASSED) {
        const value = raw.headers.get(name)
        if (value !== null) headers.set(name, value)
      }
      return deps.signing.serve(
        new Request(raw.url, { method, headers, ...(body === undefined ? {} : { body }) }),
      )
    })
  }
}
