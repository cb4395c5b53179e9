import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listAssets } from '@mcp-orchestra/api/routes/assets'
import { pageFrom } from '@mcp-orchestra/api/routes/page'
import { assetDocument } from './documents.ts'
import type { LedgerRoutes } from './wired.ts'

/** GET /v1/assets; the cursor is the last id of the page before. */
export function mountListAssets(app: ApiApp, { authorize, assets }: LedgerRoutes): void {
  app.openapi(listAssets, async (context) => {
    await authorize(context.req.raw, 'ledger:read')
    const { cursor, limit } = context.req.valid('query')
    const rows = await assets.list({
      ...(cursor === undefined ? {} : { after: cursor.replaceAll('\0', '') }),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(rows, limit, ({ id }) => id, assetDocument),
      200,
    )
  })
}
