import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { revokeKey } from '@mcp-orchestra/api/routes/identity'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Keys } from '../keys.ts'
import { appliedDocument, keyDocument } from './documents.ts'
import { keyIdOf } from './key-id.ts'

/** DELETE /v1/keys/{id} */
export function mountRevokeKey(
  app: ApiApp,
  { authorize, keys, clock }: { authorize: Authorize; keys: Keys; clock: Clock },
): void {
  app.openapi(revokeKey, async (context) => {
    const principal = await authorize(context.req.raw, 'keys:write')
    const revoked = await keys.revoke(principal, keyIdOf(context.req.valid('param').id))
    const key = keyDocument(revoked.key, clock.now())
    return context.json({ key, ...appliedDocument(revoked) }, 200)
  })
}
