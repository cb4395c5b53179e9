import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize } from '@mcp-orchestra/api/permission'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import {
  createReconciliation,
  listReconciliations,
} from '@mcp-orchestra/api/routes/reconciliations'
import { toRfc3339 } from '@mcp-orchestra/kernel'
import { CHECKS, type Check } from '../reconcile/check.ts'
import type { Reconciler } from '../reconcile/create-reconciler.ts'
import type { Reconciliation } from '../reconcile/reconciliation.ts'

/** POST and GET /v1/reconciliations */
export function mountReconciliations(
  app: ApiApp,
  { authorize, reconciler }: { readonly authorize: Authorize; readonly reconciler: Reconciler },
): void {
  app.openapi(createReconciliation, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    return context.json(documentOf(await reconciler.reconcile(principal)), 201)
  })
  app.openapi(listReconciliations, async (context) => {
    await authorize(context.req.raw, 'platform:operate')
    const { cursor, limit } = context.req.valid('query')
    const before = idCursor('rcn', cursor)
    const found = await reconciler.list({ before, limit: limit + 1 })
    return context.json(
      pageFrom(found, limit, ({ id }) => id, documentOf),
      200,
    )
  })
}

function documentOf(done: Reconciliation) {
  const { id, askedBy, startedAt, finishedAt, compared, findings, found } = done
  return {
    id,
    askedBy,
    startedAt: toRfc3339(startedAt),
    finishedAt: toRfc3339(finishedAt),
    checks: (Object.keys(CHECKS) as Check[]).map((check) => ({
      check,
      says: CHECKS[check],
      compared: compared[check],
      holds: findings.every((finding) => finding.check !== check),
    })),
    found,
    findings: findings.map((finding) => ({
      ...finding,
      expected: finding.expected.toString(),
      found: finding.found.toString(),
    })),
  }
}
