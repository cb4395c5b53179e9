import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getLedgerStatement } from '@mcp-orchestra/api/routes/statement'
import { assetId, fromRfc3339 } from '@mcp-orchestra/kernel'
import { isAccountName, ownerOf } from '../account-name.ts'
import { refuse } from '../problems.ts'
import { seqOf } from './seq-cursor.ts'
import { statementDocument } from './documents.ts'
import type { LedgerRoutes } from './wired.ts'

/** GET /v1/ledger/statement; the cursor is the last `seq` of the page before. */
export function mountGetStatement(app: ApiApp, { authorize, books, assets }: LedgerRoutes): void {
  app.openapi(getLedgerStatement, async (context) => {
    const principal = await authorize(context.req.raw, 'ledger:read')
    const { cursor, limit, account, asset, from, to } = context.req.valid('query')
    if (!isAccountName(account)) throw refuse('ledger.unknown_account')
    const isOwn = ownerOf(account) === principal.organizationId
    if (!isOwn && !principal.permissions.has('platform:operate')) {
      throw refuse('ledger.not_your_accounts')
    }
    const statement = await books.statement({
      account,
      asset: assetOf(asset),
      from: fromRfc3339(from),
      to: fromRfc3339(to),
      ...(cursor === undefined ? {} : { afterSeq: seqOf(cursor) }),
      limit: limit + 1,
    })
    const described = await assets.describe([statement.asset])
    return context.json(statementDocument(statement, limit, described), 200)
  })
}

function assetOf(text: string) {
  if (/\s/.test(text)) throw refuse('ledger.unknown_asset')
  return assetId(text)
}
