import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { createOrganization } from '@mcp-orchestra/api/routes/identity'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Organizations } from '../organizations.ts'
import { appliedDocument, keyDocument, memberDocument, organizationDocument } from './documents.ts'

/** POST /v1/organizations */
export function mountCreateOrganization(
  app: ApiApp,
  deps: { authorize: Authorize; organizations: Organizations; clock: Clock },
): void {
  const { authorize, organizations, clock } = deps
  app.openapi(createOrganization, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const { name, adminEmail, issueKey } = context.req.valid('json')
    const founded = await organizations.found(principal, { name, adminEmail, issueKey })
    const { organization, admin, key, secret } = founded
    return context.json(
      {
        organization: organizationDocument(organization),
        admin: admin === undefined ? null : memberDocument(admin),
        key: key === undefined ? null : keyDocument(key, clock.now()),
        secret: secret ?? null,
        ...appliedDocument(founded),
      },
      201,
    )
  })
}
