import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { mountChangeServer } from './change-server.ts'
import { mountConnections } from './connections.ts'
import { mountCreateCallKey } from './create-call-key.ts'
import { mountGetServer } from './get-server.ts'
import { mountGetServerHealth } from './get-server-health.ts'
import { mountGiveCredentials } from './give-credentials.ts'
import { mountListServers } from './list-servers.ts'
import { mountListServerTools } from './list-server-tools.ts'
import { mountOAuthCallback } from './oauth-callback.ts'
import { mountPreviewOpenApi } from './preview-openapi.ts'
import { mountRefreshDocument } from './refresh-document.ts'
import { mountRegisterServer } from './register-server.ts'
import { mountRemoveServer } from './remove-server.ts'
import { mountReportHealth } from './report-health.ts'
import { mountSetServerState } from './set-server-state.ts'
import type { HubRoutes } from './wired.ts'

/** Mounts every route of the hub. */
export function mountHubRoutes(
  app: ApiApp,
  wired: HubRoutes & { readonly authenticateGateway: AuthenticateGateway },
): void {
  mountListServers(app, wired)
  mountRegisterServer(app, wired)
  mountGetServer(app, wired)
  mountChangeServer(app, wired)
  mountRemoveServer(app, wired)
  mountSetServerState(app, wired)
  mountRefreshDocument(app, wired)
  mountPreviewOpenApi(app, wired)
  mountGetServerHealth(app, wired)
  mountListServerTools(app, wired)
  mountCreateCallKey(app, wired)
  mountConnections(app, wired)
  mountOAuthCallback(app, wired)
  mountReportHealth(app, wired)
  mountGiveCredentials(app, wired)
}
