import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listLedgerTransfers } from '@mcp-orchestra/api/routes/ledger'
import { pageFrom } from '@mcp-orchestra/api/routes/page'
import { isAccountName } from '../account-name.ts'
import { transferDocument } from './documents.ts'
import { seqOf } from './seq-cursor.ts'
import { scopeOf, type LedgerRoutes } from './wired.ts'

/** GET /v1/ledger/transfers; the cursor is the last `seq` of the page before. */
export function mountListTransfers(app: ApiApp, wired: LedgerRoutes): void {
  app.openapi(listLedgerTransfers, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'ledger:read')
    const { cursor, limit, organizationId, account, usageEvent } = context.req.valid('query')
    const scope = scopeOf(principal, organizationId)
    // A name that is no account has no transfers; it is not an error to ask.
    if (account !== undefined && !isAccountName(account)) {
      return context.json({ items: [], nextCursor: null }, 200)
    }
    const posted =
      usageEvent === undefined ? undefined : await wired.transferOfUsage(principal, usageEvent)
    if (posted === null) return context.json({ items: [], nextCursor: null }, 200)
    const rows = await wired.ledger.transfers({
      ...(scope === undefined ? {} : { organizationId: scope }),
      ...(account === undefined ? {} : { account }),
      ...(posted === undefined ? {} : { togetherWith: posted }),
      ...(cursor === undefined ? {} : { beforeSeq: seqOf(cursor) }),
      limit: limit + 1,
    })
    const assets = await wired.assets.describe(rows.map(({ amount }) => amount.asset))
    return context.json(
      pageFrom(
        rows,
        limit,
        ({ seq }) => seq.toString(),
        (row) => transferDocument(row, assets),
      ),
      200,
    )
  })
}
