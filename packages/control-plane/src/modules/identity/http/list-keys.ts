import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { listKeys } from '@mcp-orchestra/api/routes/identity'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Keys } from '../keys.ts'
import { keyDocument } from './documents.ts'

/** GET /v1/keys */
export function mountListKeys(
  app: ApiApp,
  { authorize, keys, clock }: { authorize: Authorize; keys: Keys; clock: Clock },
): void {
  app.openapi(listKeys, async (context) => {
    const principal = await authorize(context.req.raw, 'keys:read')
    const { cursor, limit } = context.req.valid('query')
    const page = { before: idCursor('key', cursor), limit: limit + 1 }
    const rows = await keys.list(principal, page)
    const now = clock.now()
    return context.json(
      pageFrom(
        rows,
        limit,
        ({ id }) => id,
        (key) => keyDocument(key, now),
      ),
      200,
    )
  })
}
