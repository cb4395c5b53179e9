import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { previewOpenApi } from '@mcp-orchestra/api/routes/openapi'
import { previewDocument } from './preview-document.ts'
import type { HubRoutes } from './wired.ts'

/** POST /v1/openapi/preview */
export function mountPreviewOpenApi(app: ApiApp, wired: HubRoutes): void {
  app.openapi(previewOpenApi, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:write')
    const compiled = await wired.apis.preview(principal, context.req.valid('json'))
    return context.json(previewDocument(compiled), 200)
  })
}
