import {
  IncarnationRequest,
  LeaseRequest,
  LINK_PATHS,
  UsageBatch,
} from '@mcp-orchestra/api/gateway-link'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { PaymentsRoutes } from './wired.ts'

/** POST /internal/incarnations, /internal/leases and /internal/usage: what gateways say about money. */
export function mountGatewayLink(
  app: ApiApp,
  { authenticateGateway, payments }: Pick<PaymentsRoutes, 'authenticateGateway' | 'payments'>,
): void {
  app.post(LINK_PATHS.incarnations, async (context) => {
    const { gateway } = await authenticateGateway(context.req.raw)
    const request = IncarnationRequest.parse(await context.req.json())
    return context.json(await payments.registerIncarnation(gateway, request), 200)
  })
  app.post(LINK_PATHS.leases, async (context) => {
    const { gateway } = await authenticateGateway(context.req.raw)
    const request = LeaseRequest.parse(await context.req.json())
    return context.json(await payments.grantLease(gateway, request), 200)
  })
  app.post(LINK_PATHS.usage, async (context) => {
    const { gateway } = await authenticateGateway(context.req.raw)
    const batch = UsageBatch.parse(await context.req.json())
    return context.json(await payments.applyBatch(gateway, batch), 200)
  })
}
