import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { rotateKey } from '@mcp-orchestra/api/routes/identity'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Keys } from '../keys.ts'
import { issuedKeyDocument } from './documents.ts'
import { keyIdOf } from './key-id.ts'

/** POST /v1/keys/{id}/rotate */
export function mountRotateKey(
  app: ApiApp,
  { authorize, keys, clock }: { authorize: Authorize; keys: Keys; clock: Clock },
): void {
  app.openapi(rotateKey, async (context) => {
    const principal = await authorize(context.req.raw, 'keys:write')
    const id = keyIdOf(context.req.valid('param').id)
    const { graceSeconds } = context.req.valid('json')
    const issued = await keys.rotate(principal, id, graceSeconds * 1_000)
    return context.json(issuedKeyDocument(issued, clock.now()), 201)
  })
}
