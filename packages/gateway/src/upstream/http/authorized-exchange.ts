import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Authorization } from '../credentials/credential-book.ts'
import type { InNameOf } from '../credentials/in-name-of.ts'
import { refuseUpstream } from '../problems.ts'
import { abortReason, exchange, type HttpRequest, type HttpResponse } from './exchange.ts'
import type { HttpTarget } from './pools.ts'

/** How a server says that a token lacks rights (RFC 6750 §3.1); any other 403 is the server's own answer. */
const LACKS_RIGHTS = /\bBearer\b.*\berror="?insufficient_scope\b/is

/**
 * Sends a request with the token of whoever it is for, the one place where tokens leave the gateway. A server that
 * refuses the token has run nothing, so the request is sent once more with another one, and never a third time.
 */
export async function exchangeAuthorized(
  target: HttpTarget,
  request: HttpRequest,
  server: ServerEntity,
  { book, caller }: InNameOf,
): Promise<HttpResponse> {
  const known = book?.authorizationFor(server, caller)
  const sent = known instanceof Promise ? await known : known
  if (request.signal.aborted) throw abortReason(request.signal)
  const response = await exchange(target.pool, withToken(request, sent))
  const status = refusalIn(response)
  // Nobody waits for the answer to a farewell.
  if (status === undefined || book === undefined || request.method === 'DELETE') return response
  response.body.cancel()
  const challenge = challengeOf(response)
  const other = await book.afterRefusal(server, caller, { sent, status, challenge })
  if (request.signal.aborted) throw abortReason(request.signal)
  const again = await exchange(target.pool, withToken(request, other))
  const still = refusalIn(again)
  if (still === undefined) return again
  again.body.cancel()
  // The second refusal is told too: it may ask for more rights, and a token that is refused when new is not asked for again.
  await book.afterRefusal(server, caller, {
    sent: other,
    status: still,
    challenge: challengeOf(again),
  })
  throw refuseUpstream('upstream.authorization_refused')
}

function withToken(request: HttpRequest, authorization: Authorization | undefined): HttpRequest {
  if (authorization === undefined) return request
  return { ...request, headers: { ...request.headers, authorization: authorization.header } }
}

function refusalIn(response: HttpResponse): 401 | 403 | undefined {
  if (response.status === 401) return 401
  return response.status === 403 && LACKS_RIGHTS.test(challengeOf(response) ?? '') ? 403 : undefined
}

function challengeOf({ headers }: HttpResponse): string | undefined {
  const value: unknown = headers['www-authenticate']
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : undefined
}
