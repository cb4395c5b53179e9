import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { listOrganizations } from '@mcp-orchestra/api/routes/identity'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import type { Organizations } from '../organizations.ts'
import { organizationDocument } from './documents.ts'

/** GET /v1/organizations */
export function mountListOrganizations(
  app: ApiApp,
  { authorize, organizations }: { authorize: Authorize; organizations: Organizations },
): void {
  app.openapi(listOrganizations, async (context) => {
    await authorize(context.req.raw, 'platform:operate')
    const { cursor, limit } = context.req.valid('query')
    const rows = await organizations.list({ before: idCursor('org', cursor), limit: limit + 1 })
    return context.json(
      pageFrom(rows, limit, ({ id }) => id, organizationDocument),
      200,
    )
  })
}
