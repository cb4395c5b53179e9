import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { showAmount } from '@mcp-orchestra/api/money'
import {
  getMandate,
  giveMandate,
  listMandates,
  revokeMandate,
} from '@mcp-orchestra/api/routes/mandates'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { money, parseId, toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import { statusOf, type MandateStanding } from '../mandate/mandate.ts'
import { amountOfBody, appliedBy, type PaymentsRoutes } from './wired.ts'

/** GET and POST /v1/mandates, GET /v1/mandates/{id}, POST /v1/mandates/{id}/revoke */
export function mountMandates(app: ApiApp, wired: PaymentsRoutes): void {
  const { payments, barrier } = wired
  app.openapi(listMandates, async (context) => {
    const { organizationId } = await wired.authorize(context.req.raw, 'balance:read')
    const { principalId, cursor, limit } = context.req.valid('query')
    const whose = parseId('key', principalId ?? '') ?? parseId('agt', principalId ?? '')
    const isNobody = principalId !== undefined && whose === undefined
    const mandates = isNobody
      ? []
      : await payments.listMandates({
          organizationId,
          principalId: whose,
          before: idCursor('mdt', cursor),
          limit: limit + 1,
        })
    const show = documentAt(payments.now())
    return context.json(
      pageFrom(mandates, limit, ({ id }) => id, show),
      200,
    )
  })
  app.openapi(getMandate, async (context) => {
    const { organizationId } = await wired.authorize(context.req.raw, 'balance:read')
    const mandate = await payments.readMandate(organizationId, context.req.valid('param').id)
    return context.json(documentAt(payments.now())(mandate), 200)
  })
  app.openapi(giveMandate, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const wish = context.req.valid('json')
    const { mandate, snapshotVersion } = await payments.giveMandate(principal, {
      name: wish.name,
      principal: wish.principal,
      allow: wish.allow,
      limit: amountOfBody(wish.limit),
      perCall: wish.perCall === undefined ? undefined : amountOfBody(wish.perCall),
      lastsMs: wish.expiresInSeconds * 1_000,
    })
    const applied = await appliedBy(barrier, snapshotVersion)
    return context.json({ ...applied, mandate: documentAt(payments.now())(mandate) }, 201)
  })
  app.openapi(revokeMandate, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const { id } = context.req.valid('param')
    const { mandate, snapshotVersion } = await payments.revokeMandate(principal, id)
    const applied = await appliedBy(barrier, snapshotVersion)
    return context.json({ ...applied, mandate: documentAt(payments.now())(mandate) }, 200)
  })
}

function documentAt(now: Instant) {
  return (mandate: MandateStanding) => {
    const { asset, limit, perCall, taken, allow, principal, revokedAt, ...rest } = mandate
    return {
      ...rest,
      principal: { ...principal },
      allow: allow.map(({ serverId, tools }) =>
        tools === undefined ? { serverId } : { serverId, tools: [...tools] },
      ),
      limit: showAmount(money(limit, asset)),
      perCall: perCall === null ? null : showAmount(money(perCall, asset)),
      used: showAmount(money(taken, asset)),
      status: statusOf(mandate, now),
      createdAt: toRfc3339(mandate.createdAt),
      expiresAt: toRfc3339(mandate.expiresAt),
      revokedAt: revokedAt === null ? null : toRfc3339(revokedAt),
    }
  }
}
