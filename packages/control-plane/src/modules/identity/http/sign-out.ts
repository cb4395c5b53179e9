import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { signOut } from '@mcp-orchestra/api/routes/session'
import { requireOwnPage } from './own-page.ts'
import type { SessionRoutes } from './wired.ts'

/** DELETE /v1/session */
export function mountSignOut(app: ApiApp, wired: SessionRoutes): void {
  app.openapi(signOut, async (context) => {
    requireOwnPage(context.req.raw, wired.trustedOrigins)
    const cookies = await wired.signing.signOut(context.req.raw.headers)
    for (const cookie of cookies) context.header('set-cookie', cookie, { append: true })
    return context.body(null, 204)
  })
}
