import type { Orchestra, Statement, StatementQuery } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { accountLabels } from '../account-label.ts'
import { addPeriod, periodOf, type PeriodFlags } from '../period.ts'
import type { Run } from '../session.ts'

type Flags = PeriodFlags & { asset: string }

/** Entries read at a time: the most that a page may hold. */
const PAGE_ENTRIES = 200

/** `orchestra ledger statement`: what an account held, what moved it, and what it holds then. */
export function addStatement(ledger: Command, run: Run): void {
  addPeriod(
    ledger
      .command('statement <account>')
      .description('an account over a period: opening balance, every posting, closing balance'),
  )
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
