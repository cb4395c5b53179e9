import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getMe } from '@mcp-orchestra/api/routes/identity'
import type { Principals } from '../principals.ts'
import { meDocument } from './documents.ts'

/** GET /v1/me: needs a credential, and no permission. */
export function mountGetMe(app: ApiApp, { principals }: { principals: Principals }): void {
  app.openapi(getMe, async (context) =>
    context.json(meDocument(await principals.callerOf(context.req.raw)), 200),
  )
}
