import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { setAssetListing } from '@mcp-orchestra/api/routes/assets'
import { assetDocument } from './documents.ts'
import type { LedgerRoutes } from './wired.ts'

/** PUT /v1/assets/{code}/listing */
export function mountSetAssetListing(app: ApiApp, { authorize, assets }: LedgerRoutes): void {
  app.openapi(setAssetListing, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const { code } = context.req.valid('param')
    const changed = await assets.setListed(principal, code, context.req.valid('json').listed)
    return context.json(assetDocument(changed), 200)
  })
}
