import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { signIn } from '@mcp-orchestra/api/routes/session'
import { meDocument } from './documents.ts'
import { requireOwnPage } from './own-page.ts'
import type { SessionRoutes } from './wired.ts'

/** POST /v1/session */
export function mountSignIn(app: ApiApp, wired: SessionRoutes): void {
  app.openapi(signIn, async (context) => {
    requireOwnPage(context.req.raw, wired.trustedOrigins)
    const { email, password } = context.req.valid('json')
    wired.attempts.count({ address: wired.addressOf(context), account: email })
    const { caller, cookies } = await wired.signing.signIn(email, password)
    for (const cookie of cookies) context.header('set-cookie', cookie, { append: true })
    return context.json(meDocument(caller), 200)
  })
}
