import { HealthReport, LINK_PATHS } from '@mcp-orchestra/api/gateway-link'
import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Observations } from '../observations.ts'

/** POST /internal/health: what a gateway saw of its servers. */
export function mountReportHealth(
  app: ApiApp,
  deps: { readonly authenticateGateway: AuthenticateGateway; readonly observations: Observations },
): void {
  app.post(LINK_PATHS.health, async (context) => {
    const { gateway } = await deps.authenticateGateway(context.req.raw)
    await deps.observations.report(gateway, HealthReport.parse(await context.req.json()))
    return context.body(null, 204)
  })
}
