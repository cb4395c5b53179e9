import { LINK_PATHS, RefusedHandlesReport } from '@mcp-orchestra/api/gateway-link'
import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { parseId, toRfc3339, toUuid, type Clock, type Transactions } from '@mcp-orchestra/kernel'
import { pgOf } from '../postgres/index.ts'

/** Mounts the gateway link's part of the audit trail: handles that gateways refused, each entry once by its id. */
export function mountAudit(
  app: ApiApp,
  deps: {
    readonly authenticateGateway: AuthenticateGateway
    readonly transactions: Transactions
    readonly clock: Clock
  },
): void {
  app.post(LINK_PATHS.audit, async (context) => {
    const { gateway } = await deps.authenticateGateway(context.req.raw)
    const { incarnationId, entries } = RefusedHandlesReport.parse(await context.req.json())
    await deps.transactions.run(async (tx) => {
      for (const { id, action, organizationId, keyId, endpointId, fault, count } of entries) {
        const entryId = parseId('adt', id)
        const organization = parseId('org', organizationId)
        if (entryId === undefined || organization === undefined) continue
        await pgOf(tx).query({
          name: 'audit-refused-handle',
          text: `insert into audit.entries (id, at, organization_id, actor, action, target, detail)
                 values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
          values: [
            toUuid(entryId),
            toRfc3339(deps.clock.now()),
            toUuid(organization),
            incarnationId,
            action,
            keyId,
            JSON.stringify({ gateway, endpointId, fault, count }),
          ],
        })
      }
    })
    return context.body(null, 204)
  })
}
