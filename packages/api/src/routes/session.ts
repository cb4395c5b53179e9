import { createRoute, z } from '@hono/zod-openapi'
import { answer, body, refusals } from './answer.ts'
import { MeDocument } from './identity.ts'
import { open } from './security.ts'

const TAGS = ['identity']

/**
 * The shortest password that may be set, in characters (NIST SP 800-63B §3.1.1.2 asks for 15 without a
 * second factor; ours are hashed with argon2id and guesses are bounded by account).
 */
export const PASSWORD_CHARS_MIN = 12
/** The longest password, in characters: hashing is work that a stranger can ask for. */
export const PASSWORD_CHARS_MAX = 128

/** What a browser gets of every sign-in: the cookie that no script can read. */
const SESSION_COOKIE = {
  'Set-Cookie': {
    description: 'The session: HttpOnly, SameSite=Lax, a week without use.',
    schema: { type: 'string' as const },
  },
}

/** Signs a member in by e-mail address and password. */
export const signIn = createRoute({
  method: 'post',
  path: '/v1/session',
  operationId: 'signIn',
  tags: TAGS,
  summary: 'Sign in; the session is a cookie',
  security: open,
  request: {
    body: body(
      z
        .object({ email: z.email().max(254), password: z.string().min(1).max(PASSWORD_CHARS_MAX) })
        .strict()
        .openapi('SignIn'),
    ),
  },
  responses: {
    200: { ...answer(MeDocument, 'The member.'), headers: SESSION_COOKIE },
    ...refusals(400, 401, 403, 413, 415, 429, 500, 503),
  },
})

/** Uses a one-time link up: sets the member's password, ends their other sessions, and signs in. */
export const redeemSignInLink = createRoute({
  method: 'post',
  path: '/v1/session/link',
  operationId: 'redeemSignInLink',
  tags: TAGS,
  summary: 'Set a password with a one-time link, and sign in',
  security: open,
  request: {
    body: body(
      z
        .object({
          token: z
            .string()
            .regex(/^[A-Za-z0-9_-]{16,128}$/)
            .openapi({ description: '`token` of the link.' }),
          password: z.string().min(PASSWORD_CHARS_MIN).max(PASSWORD_CHARS_MAX),
        })
        .strict()
        .openapi('RedeemSignInLink'),
    ),
  },
  responses: {
    200: { ...answer(MeDocument, 'The member.'), headers: SESSION_COOKIE },
    ...refusals(400, 403, 410, 413, 415, 429, 500, 503),
  },
})

/** Ends the session that the request carries; without one there is nothing to end, which is no fault. */
export const signOut = createRoute({
  method: 'delete',
  path: '/v1/session',
  operationId: 'signOut',
  tags: TAGS,
  summary: 'Sign out',
  security: open,
  responses: {
    204: { description: 'Signed out.' },
    ...refusals(403, 429, 500, 503),
  },
})
