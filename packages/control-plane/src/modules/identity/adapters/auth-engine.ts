import { hash, verify } from '@node-rs/argon2'
import { betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { bearer, magicLink } from 'better-auth/plugins'
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { toUuid, type Ids } from '@mcp-orchestra/kernel'
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@mcp-orchestra/api/routes/session'

/** A sign-in link works this long, in seconds, and once. */
const LINK_TTL_SECONDS = 900
/** A session ends after a week without use, in seconds, and is renewed at most daily. */
const SESSION_TTL_SECONDS = 7 * 86_400
const SESSION_RENEW_SECONDS = 86_400
/** argon2id as OWASP recommends it for 19 MiB (identity.md section 1: 12 ms here). */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** What the engine is set up with. */
export type AuthEngineOptions = {
  readonly baseUrl: string
  readonly secret: string
  readonly trustedOrigins: readonly string[]
  readonly ids: Ids
}

/** better-auth as we use it: e-mail and password, and a link that signs in once. */
export type AuthEngine = ReturnType<typeof createAuthEngine>

/** Sets better-auth up on a pool; a module of its own, since it is half of all that a control plane would load at its start. */
export function createAuthEngine(pool: pg.Pool, options: AuthEngineOptions) {
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
  return { auth, refusalIn }
}

/** The refusal that an error of better-auth is; undefined when it is a fault. */
function refusalIn(error: unknown): { status: number; message: string | undefined } | undefined {
  if (!isAPIError(error) || error.statusCode >= 500) return undefined
  return { status: error.statusCode, message: error.body?.message }
}
