import { CredentialRequest, LINK_PATHS } from '@mcp-orchestra/api/gateway-link'
import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Credentials } from '../upstream-auth/credentials.ts'

/** POST /internal/credentials: the token with which a gateway calls a server in somebody's name. */
export function mountGiveCredentials(
  app: ApiApp,
  deps: {
    readonly authenticateGateway: AuthenticateGateway
    readonly upstreamAuth: { readonly credentials: Pick<Credentials, 'answer'> }
  },
): void {
  app.post(LINK_PATHS.credentials, async (context) => {
    await deps.authenticateGateway(context.req.raw)
    const request = CredentialRequest.parse(await context.req.json())
    context.header('cache-control', 'no-store')
    return context.json(await deps.upstreamAuth.credentials.answer(request))
  })
}
