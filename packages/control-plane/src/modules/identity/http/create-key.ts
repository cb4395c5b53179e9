import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { createKey } from '@mcp-orchestra/api/routes/identity'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Keys } from '../keys.ts'
import { issuedKeyDocument } from './documents.ts'

/** POST /v1/keys */
export function mountCreateKey(
  app: ApiApp,
  { authorize, keys, clock }: { authorize: Authorize; keys: Keys; clock: Clock },
): void {
  app.openapi(createKey, async (context) => {
    const principal = await authorize(context.req.raw, 'keys:write')
    const { expiresInSeconds, ...wish } = context.req.valid('json')
    const issued = await keys.issue(principal, { ...wish, expiresInMs: expiresInSeconds * 1_000 })
    return context.json(issuedKeyDocument(issued, clock.now()), 201)
  })
}
