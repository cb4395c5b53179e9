import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { listAuditEntries } from '@mcp-orchestra/api/routes/audit'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { fromRfc3339, toRfc3339, type Transactions } from '@mcp-orchestra/kernel'
import { readEntries } from './entries.ts'

/** GET /v1/audit-entries: an organization reads its own; operators also what belongs to none. */
export function mountListEntries(
  app: ApiApp,
  deps: { readonly authorize: Authorize; readonly transactions: Transactions },
): void {
  app.openapi(listAuditEntries, async (context) => {
    const { organizationId } = await deps.authorize(context.req.raw, 'audit:read')
    const query = context.req.valid('query')
    const { cursor, limit, scope, from, to, action, actor, target, outcome } = query
    if (scope === 'platform') await deps.authorize(context.req.raw, 'platform:operate')
    const before = idCursor('adt', cursor)
    const entries = await deps.transactions.run((tx) =>
      readEntries(tx, {
        organizationId: scope === 'platform' ? null : organizationId,
        action,
        actor,
        target,
        outcome,
        from: from === undefined ? undefined : fromRfc3339(from),
        to: to === undefined ? undefined : fromRfc3339(to),
        before,
        limit: limit + 1,
      }),
    )
    return context.json(
      pageFrom(
        entries,
        limit,
        ({ id }) => id,
        (entry) => ({ ...entry, at: toRfc3339(entry.at) }),
      ),
      200,
    )
  })
}
