import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { listStops, resumeSpending, stopSpending } from '@mcp-orchestra/api/routes/stops'
import { toRfc3339 } from '@mcp-orchestra/kernel'
import type { Stop } from '../stop/stop.ts'
import { appliedBy, isOperator, whoseMoney, type PaymentsRoutes } from './wired.ts'

/** GET and POST /v1/stops, POST /v1/stops/{id}/resume */
export function mountStops(app: ApiApp, wired: PaymentsRoutes): void {
  const { payments, barrier } = wired
  app.openapi(listStops, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const { state, organizationId, cursor, limit } = context.req.valid('query')
    const stops = await payments.listStops({
      organizationId: whoseMoney(principal, organizationId),
      state,
      before: idCursor('stp', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(stops, limit, ({ id }) => id, stopDocument),
      200,
    )
  })
  app.openapi(stopSpending, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const { scope, reason, organizationId } = context.req.valid('json')
    const { stop, snapshotVersion } = await payments.stopSpending(principal, {
      organizationId: whoseMoney(principal, organizationId),
      scope: scope ?? { kind: 'organization' },
      reason,
    })
    const applied = await appliedBy(barrier, snapshotVersion)
    return context.json({ ...applied, stop: stopDocument(stop) }, 201)
  })
  app.openapi(resumeSpending, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const { stop, snapshotVersion } = await payments.resumeSpending(principal, {
      stopId: context.req.valid('param').id,
      isOperator: isOperator(principal),
    })
    const applied = await appliedBy(barrier, snapshotVersion)
    return context.json({ ...applied, stop: stopDocument(stop) }, 200)
  })
}

function stopDocument({ scope, stoppedAt, resumedAt, ...rest }: Stop) {
  return {
    ...rest,
    scope: { ...scope },
    stoppedAt: toRfc3339(stoppedAt),
    resumedAt: resumedAt === null ? null : toRfc3339(resumedAt),
  }
}
