import { formatMoney } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { accountLabels } from '../account-label.ts'
import { EXIT_CODES } from '../exit-code.ts'
import type { Run, RunOffline } from '../session.ts'
import { addArchive } from './ledger-archive.ts'
import { addReconcile } from './ledger-reconcile.ts'
import { addStatement } from './ledger-statement.ts'

/** Rows of a screen: more is asked for by `--limit`. */
const ROWS_DEFAULT = '20'

/** `orchestra ledger`: the books. */
export function addLedger(program: Command, run: Run, runOffline: RunOffline): void {
  const ledger = program.command('ledger').description('the books, double entry')
  ledger
    .command('journal', { isDefault: true })
    .description('transfers, newest first')
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .option('--event <id>', 'only those of one usage event')
    .option('--account <name>', 'only those of one account')
    .action((flags: { limit: string; event?: string; account?: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const { items } = await orchestra.ledger
          .transfers({
            limit: Number(flags.limit),
            ...(flags.event === undefined ? {} : { usageEvent: flags.event }),
            ...(flags.account === undefined ? {} : { account: flags.account }),
          })
          .page()
        const label = await accountLabels(orchestra)
        output.result(items, (transfers) =>
          output.table(
            ['AT', 'DEBIT', 'CREDIT', 'AMOUNT'],
            transfers.map((entry) => [
              entry.at,
              label(entry.debit),
              label(entry.credit),
              entry.display,
            ]),
          ),
        )
      }),
    )
  ledger
    .command('balance')
    .description('the trial balance; exit code 1 unless it sums to zero')
    .option('--at <time>', 'as it was at this moment (RFC 3339)')
    .action((flags: { at?: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const trial = await orchestra.ledger.trialBalance(flags)
        const label = await accountLabels(orchestra)
        output.result(trial, ({ accounts, sums }) => {
          output.table(
            ['ACCOUNT', 'DEBITS', 'CREDITS', 'BALANCE'],
            accounts.map(({ asset, ...account }) => [
              label(account.name),
              formatMoney({ amount: account.debits, asset }),
              formatMoney({ amount: account.credits, asset }),
              account.display,
            ]),
          )
          for (const { asset, difference } of sums) {
            output.line(`sum of all ${asset} balances: ${difference}`)
          }
        })
        return trial.balanced ? EXIT_CODES.ok : EXIT_CODES.fault
      }),
    )
  addStatement(ledger, run)
  addReconcile(ledger, run)
  addArchive(ledger, run, runOffline)
}
