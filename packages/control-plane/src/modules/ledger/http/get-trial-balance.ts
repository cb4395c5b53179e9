import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getTrialBalance } from '@mcp-orchestra/api/routes/ledger'
import { fromRfc3339 } from '@mcp-orchestra/kernel'
import { ownerOf, type AccountName } from '../account-name.ts'
import { accountDocument } from './documents.ts'
import { scopeOf, type LedgerRoutes } from './wired.ts'

/** Accounts that one answer shows: some 300 KB of JSON; the list of accounts has pages. */
const ACCOUNTS_SHOWN_MAX = 1_000

/** GET /v1/ledger/trial-balance */
export function mountGetTrialBalance(
  app: ApiApp,
  { authorize, ledger, books, assets }: LedgerRoutes,
): void {
  app.openapi(getTrialBalance, async (context) => {
    const principal = await authorize(context.req.raw, 'ledger:read')
    const scope = scopeOf(principal, undefined)
    const visible = ({ name }: { readonly name: AccountName }) =>
      scope === undefined || ownerOf(name) === scope
    const { at } = context.req.valid('query')
    const { rows, sums, rebuilt } =
      at === undefined ? await ledger.trialBalance() : await books.trialBalanceAt(fromRfc3339(at))
    const accounts = rows.filter(visible)
    const shown = accounts.slice(0, ACCOUNTS_SHOWN_MAX)
    const described = await assets.describe(shown.map(({ asset }) => asset))
    return context.json(
      {
        balanced: rebuilt.length === 0 && [...sums.values()].every((sum) => sum === 0n),
        sums: [...sums].map(([asset, difference]) => ({
          asset,
          difference: difference.toString(),
        })),
        accounts: shown.map((row) => accountDocument(row, described)),
        at: at ?? null,
        accountsOmitted: accounts.length - shown.length,
        differences: rebuilt.filter(visible).map(({ name, asset }) => ({ name, asset })),
      },
      200,
    )
  })
}
