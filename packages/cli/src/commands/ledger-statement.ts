import type { Orchestra, Statement, StatementQuery } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { accountLabels } from '../account-label.ts'
import { UsageError } from '../exit-code.ts'
import type { Run } from '../session.ts'

type Flags = { month?: string; from?: string; to?: string; asset: string }

/** Entries read at a time: the most that a page may hold. */
const PAGE_ENTRIES = 200

/** `orchestra ledger statement`: what an account held, what moved it, and what it holds then. */
export function addStatement(ledger: Command, run: Run): void {
  ledger
    .command('statement <account>')
    .description('an account over a period: opening balance, every posting, closing balance')
    .option('--month <month>', 'a month in UTC, such as 2026-11')
    .option('--from <time>', 'first moment (RFC 3339), in place of --month')
    .option('--to <time>', 'first moment after the period')
    .option('--asset <id>', 'which asset', 'USD')
    .action((account: string, flags: Flags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const statement = await readWhole(orchestra, {
          account,
          asset: flags.asset,
          ...periodOf(flags),
        })
        const label = await accountLabels(orchestra)
        output.result(statement, ({ opening, closing, items, final }) => {
          output.line(`opening balance: ${opening.display}`)
          output.table(
            ['AT', 'OTHER ACCOUNT', 'AMOUNT', 'BALANCE', 'TRANSFER'],
            items.map(({ transfer, side, display }) => [
              transfer.at,
              label(side === 'debit' ? transfer.credit : transfer.debit),
              side === 'debit' ? `-${transfer.display}` : transfer.display,
              display,
              transfer.id,
            ]),
          )
          output.line(`closing balance: ${closing.display}${final ? '' : ' (not closed yet)'}`)
        })
      }),
    )
}

/** All pages as one; the balances before and after are those of the whole period on each. */
async function readWhole(orchestra: Orchestra, query: StatementQuery): Promise<Statement> {
  const first = await orchestra.ledger.statement({ ...query, limit: PAGE_ENTRIES })
  const items = [...first.items]
  let cursor = first.nextCursor
  while (cursor !== null) {
    const page = await orchestra.ledger.statement({ ...query, cursor, limit: PAGE_ENTRIES })
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return { ...first, items, nextCursor: null }
}

function periodOf({ month, from, to }: Flags): { from: string; to: string } {
  if (from !== undefined && to !== undefined && month === undefined) return { from, to }
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month ?? '') ?? []
  if (year === undefined || from !== undefined || to !== undefined) {
    throw new UsageError('Say a month (--month 2026-11), or both --from and --to.')
  }
  const after = new Date(Date.UTC(Number(year), Number(number)))
  return { from: `${year}-${number}-01T00:00:00Z`, to: after.toISOString() }
}
