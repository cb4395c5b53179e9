import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { redeemSignInLink } from '@mcp-orchestra/api/routes/session'
import { meDocument } from './documents.ts'
import { requireOwnPage } from './own-page.ts'
import type { SessionRoutes } from './wired.ts'

/** POST /v1/session/link */
export function mountRedeemSignInLink(app: ApiApp, wired: SessionRoutes): void {
  app.openapi(redeemSignInLink, async (context) => {
    requireOwnPage(context.req.raw, wired.trustedOrigins)
    wired.attempts.count({ address: wired.addressOf(context), account: undefined })
    const { token, password } = context.req.valid('json')
    const { caller, cookies } = await wired.signing.redeemLink(token, password)
    for (const cookie of cookies) context.header('set-cookie', cookie, { append: true })
    return context.json(meDocument(caller), 200)
  })
}
