import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getMe } from '@mcp-orchestra/api/routes/identity'
import type { Principals } from '../principals.ts'
import { memberDocument, organizationDocument } from './documents.ts'

/** GET /v1/me: needs a credential, and no permission. */
export function mountGetMe(app: ApiApp, { principals }: { principals: Principals }): void {
  app.openapi(getMe, async (context) => {
    const { via, principal, organization, member } = await principals.callerOf(context.req.raw)
    return context.json(
      {
        via,
        keyId: principal.keyId,
        organization: organizationDocument(organization),
        member: member === undefined ? null : memberDocument(member),
        permissions: [...principal.permissions],
      },
      200,
    )
  })
}
