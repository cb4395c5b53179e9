import { hash, verify } from '@node-rs/argon2'
import { betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { bearer, magicLink } from 'better-auth/plugins'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { fromUuid, toUuid, type Ids } from '@mcp-orchestra/kernel'
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@mcp-orchestra/api/routes/session'
import { translateSqlError } from '../../../infra/postgres/index.ts'
import { z } from 'zod'
import type { Sessions } from '../ports.ts'
import { refuse } from '../problems.ts'

/** A sign-in link works this long, in seconds, and once. */
export const LINK_TTL_SECONDS = 900
/** A session ends after a week without use, in seconds, and is renewed at most daily. */
const SESSION_TTL_SECONDS = 7 * 86_400
const SESSION_RENEW_SECONDS = 86_400
/** argon2id as OWASP recommends it for 19 MiB (identity.md section 1: 12 ms here). */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
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
export function createAuthSessions(options: {
  readonly databaseUrl: string
  readonly baseUrl: string
  readonly secret: string
  readonly trustedOrigins: readonly string[]
  readonly ids: Ids
  readonly onError: (error: unknown) => void
}): AuthSessions {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: 'mcp-orchestra auth',
    max: POOL_SIZE,
  })
  pool.on('error', options.onError)
  const db = new Kysely<Record<string, never>>({
    dialect: new PostgresDialect({ pool }),
  }).withSchema('auth')
  const auth = betterAuth({
    baseURL: options.baseUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: [...options.trustedOrigins],
    database: { db, type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    // Its errors become our problem documents, below.
    onAPIError: { throw: true },
    // Ours are in front: keyed by the socket's address and by the account, never by a header.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_CHARS_MIN,
      maxPasswordLength: PASSWORD_CHARS_MAX,
      password: {
        hash: (password) => hash(password, ARGON2),
        verify: ({ hash: stored, password }) => verify(stored, password),
      },
    },
    session: { expiresIn: SESSION_TTL_SECONDS, updateAge: SESSION_RENEW_SECONDS },
    advanced: {
      cookiePrefix: 'orchestra',
      useSecureCookies: options.baseUrl.startsWith('https:'),
      ipAddress: { disableIpTracking: true },
      database: { generateId: () => toUuid(options.ids.make('mbr')) },
    },
    plugins: [
      bearer({ requireSignature: true }),
      magicLink({
        expiresIn: LINK_TTL_SECONDS,
        disableSignUp: true,
        storeToken: 'hashed',
        sendMagicLink({ token, metadata }) {
          // The caller of `makeLinkToken` delivers the link; nothing is sent from here.
          const deliver: unknown = metadata?.['deliver']
          if (typeof deliver === 'function') deliver(token)
        },
      }),
    ],
  })

  /** A lost database is our 503 here too; better-auth itself says 500 to everything it does not know. */
  async function guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isAPIError(error) && error.statusCode < 500)
        throw refusalOf(error.statusCode, error.body?.message)
      await ping()
      throw error
    }
  }

  async function ping(): Promise<void> {
    try {
      await pool.query('select 1')
    } catch (error) {
      throw translateSqlError(error)
    }
  }

  /** An answer of better-auth that is not a fault of its own. */
  async function asked(work: () => Promise<Response>): Promise<Response> {
    const answer = await guard(work)
    if (answer.status < 500) return answer
    await ping()
    throw new Error(`better-auth answered ${answer.status}`)
  }

  return {
    async memberOf(headers) {
      const found = await guard(() => auth.api.getSession({ headers }))
      return found === null ? undefined : fromUuid('mbr', found.user.id)
    },
    async makeLinkToken(email) {
      let made: string | undefined
      const deliver = (token: string) => {
        made = token
      }
      await guard(() =>
        auth.api.signInMagicLink({
          body: { email, metadata: { deliver } },
          headers: new Headers(),
        }),
      )
      if (made === undefined) throw new Error('better-auth made no link token')
      return made
    },
    async signIn(email, password) {
      const answer = await asked(() =>
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
      const answer = await asked(() => auth.api.signOut({ headers, asResponse: true }))
      return answer.headers.getSetCookie()
    },
    async redeemLink(token, password) {
      const answer = await asked(() =>
        auth.api.magicLinkVerify({ query: { token }, headers: new Headers(), asResponse: true }),
      )
      if (!answer.ok) return undefined
      const session = Session.parse(await answer.json())
      const { user } = session
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
      const answer = await guard(() => auth.handler(request))
      if (answer.status < 400) return answer
      const body: unknown = await answer.json().catch(() => null)
      throw refusalOf(answer.status, Refused.safeParse(body).data?.message)
    },
    async reap() {
      let reaped = 0
      for (const table of ['session', 'verification'] as const) {
        const { rowCount } = await guard(() =>
          pool.query(`delete from auth."${table}" where "expiresAt" < now()`),
        )
        reaped += rowCount ?? 0
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
