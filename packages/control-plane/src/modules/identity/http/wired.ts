import type { Context } from 'hono'
import type { SignInAttempts } from '../attempts.ts'
import type { Signing } from '../signing.ts'

/** What the routes that need no credential work with. */
export type SessionRoutes = {
  readonly signing: Signing
  readonly attempts: SignInAttempts
  readonly addressOf: (context: Context) => string
  /** Origins of our own pages. */
  readonly trustedOrigins: readonly string[]
}
