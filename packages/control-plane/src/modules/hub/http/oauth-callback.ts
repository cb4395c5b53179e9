import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Principal } from '@mcp-orchestra/api/permission'
import { CLIENT_DOCUMENT_PATH, OAUTH_CALLBACK_PATH } from '@mcp-orchestra/api/routes/connections'
import { Problem } from '@mcp-orchestra/kernel'
import { clientMetadata } from '../upstream-auth/client-choice.ts'
import { refuseAuth } from '../upstream-auth/problems.ts'
import type { HubRoutes } from './wired.ts'

/** A document that never changes while we run is kept by others this long, in seconds. */
const DOCUMENT_SECONDS = 3_600

/**
 * GET /v1/oauth/callback: where authorization servers send people back. Only the signed-in session of the member
 * who began may end it, so that nobody can hand an account to another one; the outcome is shown by the console.
 */
export function mountOAuthCallback(app: ApiApp, wired: HubRoutes): void {
  const { authorize, servers, upstreamAuth, us } = wired

  app.get(OAUTH_CALLBACK_PATH, async (context) => {
    context.header('cache-control', 'no-store')
    context.header('referrer-policy', 'no-referrer')
    const { search, searchParams } = new URL(context.req.url)
    const principal = await sessionOf(() => authorize(context.req.raw, 'tools:call'))
    if (principal === undefined) {
      // Nothing is used up: after signing in, the same address works.
      return context.redirect(
        `/sign-in?next=${encodeURIComponent(`${OAUTH_CALLBACK_PATH}${search}`)}`,
      )
    }
    if (principal.keyId !== null || principal.memberId === null) {
      throw refuseAuth('hub.connection_attempt_gone')
    }
    try {
      const member = { id: principal.memberId, organizationId: principal.organizationId }
      const ended = await upstreamAuth.connecting.complete(member, searchParams)
      const { alias } = await servers.byId(ended.serverId)
      return context.redirect(consoleUrl(alias, ended.problem?.code))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return context.redirect(consoleUrl(undefined, error.code))
    }
  })

  app.get(CLIENT_DOCUMENT_PATH, (context) => {
    context.header('cache-control', `public, max-age=${DOCUMENT_SECONDS}`)
    const clientId = us.documentUrl ?? new URL(CLIENT_DOCUMENT_PATH, us.callbackUrl).href
    return context.json({ client_id: clientId, ...clientMetadata(us.callbackUrl) })
  })
}

/** Who is signed in; nobody is no failure here. */
async function sessionOf(ask: () => Promise<Principal>): Promise<Principal | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Problem && error.kind.status === 401) return undefined
    throw error
  }
}

function consoleUrl(alias: string | undefined, code: string | undefined): string {
  const query = new URLSearchParams({
    ...(alias === undefined ? {} : { server: alias }),
    outcome: code ?? 'connected',
  })
  return `/connections?${query.toString()}`
}
