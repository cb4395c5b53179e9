import pg from 'pg'
import { fromUuid } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import { translateSqlError } from '../../../infra/postgres/index.ts'
import type { Sessions } from '../ports.ts'
import { refuse } from '../problems.ts'
import type { AuthEngine, AuthEngineOptions } from './auth-engine.ts'

/** Sign-ins are rare beside everything else; more connections would only be idle. */
const POOL_SIZE = 4

/** The body of a refusal of better-auth. */
const Refused = z.object({ message: z.string().max(500) })

/** What it says of a session that it has opened. */
const Session = z.object({ token: z.string(), user: z.object({ id: z.string() }) })

/** better-auth and the pool of its own that it needs (its dates are `Date`s). */
export type AuthSessions = Sessions & {
  /** Deletes expired sessions and links; returns how many. */
  reap(): Promise<number>
  close(): Promise<void>
}

/** Sessions by better-auth: e-mail and password, and a link that signs in once. */
export function createAuthSessions(
  options: AuthEngineOptions & {
    readonly databaseUrl: string
    readonly onError: (error: unknown) => void
  },
): AuthSessions {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: 'mcp-orchestra auth',
    max: POOL_SIZE,
  })
  pool.on('error', options.onError)
  let loading: Promise<AuthEngine> | undefined
  /** Loaded when the first person signs in: callers with keys never need it, and a start is faster by it. */
  function engine(): Promise<AuthEngine> {
    loading ??= import('./auth-engine.ts').then(({ createAuthEngine }) =>
      createAuthEngine(pool, options),
    )
    return loading
  }

  /** A lost database is our 503 here too; better-auth itself says 500 to everything it does not know. */
  async function guard<T>(work: (auth: AuthEngine['auth']) => Promise<T>): Promise<T> {
    const { auth, refusalIn } = await engine()
    try {
      return await work(auth)
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal !== undefined) throw refusalOf(refusal.status, refusal.message)
      await ping()
      throw error
    }
  }

  const ping = (): Promise<number> => queried('select 1')

  /** Runs a statement; resolves with the number of its rows. */
  async function queried(statement: string): Promise<number> {
    try {
      return (await pool.query(statement)).rowCount ?? 0
    } catch (error) {
      throw translateSqlError(error)
    }
  }

  /** An answer of better-auth that is not a fault of its own. */
  async function asked(work: (auth: AuthEngine['auth']) => Promise<Response>): Promise<Response> {
    const answer = await guard(work)
    if (answer.status < 500) return answer
    await ping()
    throw new Error(`better-auth answered ${answer.status}`)
  }

  return {
    async memberOf(headers) {
      const found = await guard((auth) => auth.api.getSession({ headers }))
      return found === null ? undefined : fromUuid('mbr', found.user.id)
    },
    async makeLinkToken(email) {
      let made: string | undefined
      const deliver = (token: string) => {
        made = token
      }
      await guard((auth) =>
        auth.api.signInMagicLink({
          body: { email, metadata: { deliver } },
          headers: new Headers(),
        }),
      )
      if (made === undefined) throw new Error('better-auth made no link token')
      return made
    },
    async signIn(email, password) {
      const answer = await asked((auth) =>
        auth.api.signInEmail({
          body: { email, password },
          headers: new Headers(),
          asResponse: true,
        }),
      )
      // It says 403 or 401, depending on why; a stranger is told one thing only.
      if (!answer.ok) throw refuse('identity.sign_in_refused')
      const { user } = Session.parse(await answer.json())
      return { memberId: fromUuid('mbr', user.id), cookies: answer.headers.getSetCookie() }
    },
    async signOut(headers) {
      const answer = await asked((auth) => auth.api.signOut({ headers, asResponse: true }))
      return answer.headers.getSetCookie()
    },
    async redeemLink(token, password) {
      const answer = await asked((auth) =>
        auth.api.magicLinkVerify({ query: { token }, headers: new Headers(), asResponse: true }),
      )
      if (!answer.ok) return undefined
      const session = Session.parse(await answer.json())
      const { user } = session
      const { auth } = await engine()
      const context = await auth.$context
      const hashed = await context.password.hash(password)
      const accounts = await context.internalAdapter.findAccounts(user.id)
      if (accounts.some(({ providerId }) => providerId === 'credential')) {
        await context.internalAdapter.updatePassword(user.id, hashed)
      } else {
        await context.internalAdapter.linkAccount({
          userId: user.id,
          providerId: 'credential',
          accountId: user.id,
          password: hashed,
        })
      }
      // Who asked for a new password may not know who else is signed in.
      await pool.query('delete from auth."session" where "userId" = $1 and "token" <> $2', [
        user.id,
        session.token,
      ])
      return { memberId: fromUuid('mbr', user.id), cookies: answer.headers.getSetCookie() }
    },
    async handle(request) {
      const answer = await guard((auth) => auth.handler(request))
      if (answer.status < 400) return answer
      const body: unknown = await answer.json().catch(() => null)
      throw refusalOf(answer.status, Refused.safeParse(body).data?.message)
    },
    async reap() {
      let reaped = 0
      for (const table of ['session', 'verification'] as const) {
        reaped += await queried(`delete from auth."${table}" where "expiresAt" < now()`)
      }
      return reaped
    },
    async close() {
      await pool.end()
    },
  }
}

/** better-auth's refusals as ours; its messages are made for people and hold no secret. */
function refusalOf(status: number, detail: string | undefined): Error {
  const occurrence = detail === undefined ? {} : { detail }
  if (status === 401) return refuse('identity.sign_in_refused')
  if (status === 403) return refuse('identity.cross_origin', occurrence)
  if (status < 500) return refuse('identity.sign_in_invalid', occurrence)
  return new Error(`better-auth answered ${status}`)
}
