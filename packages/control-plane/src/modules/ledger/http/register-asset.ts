import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { registerAsset } from '@mcp-orchestra/api/routes/assets'
import { assetDocument } from './documents.ts'
import type { LedgerRoutes } from './wired.ts'

/** POST /v1/assets */
export function mountRegisterAsset(app: ApiApp, { authorize, assets }: LedgerRoutes): void {
  app.openapi(registerAsset, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const added = await assets.register(principal, context.req.valid('json'))
    return context.json(assetDocument(added), 201)
  })
}
