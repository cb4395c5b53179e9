import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listLedgerAccounts } from '@mcp-orchestra/api/routes/ledger'
import { pageFrom } from '@mcp-orchestra/api/routes/page'
import { accountDocument } from './documents.ts'
import { scopeOf, type LedgerRoutes } from './wired.ts'

/** GET /v1/ledger/accounts; the cursor is the last name of the page before. */
export function mountListAccounts(app: ApiApp, { authorize, ledger, assets }: LedgerRoutes): void {
  app.openapi(listLedgerAccounts, async (context) => {
    const principal = await authorize(context.req.raw, 'ledger:read')
    const { cursor, limit, organizationId } = context.req.valid('query')
    const scope = scopeOf(principal, organizationId)
    const rows = await ledger.accounts({
      ...(scope === undefined ? {} : { organizationId: scope }),
      ...(cursor === undefined ? {} : { afterName: cursor.replaceAll('\0', '') }),
      limit: limit + 1,
    })
    const described = await assets.describe(rows.map(({ asset }) => asset))
    return context.json(
      pageFrom(
        rows,
        limit,
        ({ name }) => name,
        (row) => accountDocument(row, described),
      ),
      200,
    )
  })
}
