import type { Reconciliation } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { EXIT_CODES } from '../exit-code.ts'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

/** `orchestra ledger reconcile`: compares everything that must be equal. */
export function addReconcile(ledger: Command, run: Run): void {
  ledger
    .command('reconcile')
    .description('compare everything that must be equal; exit code 1 when something differs')
    .option('--last', 'show the last one in place of a new one')
    .action((flags: { last?: boolean }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const done =
          flags.last === true
            ? (await orchestra.ledger.reconciliations({ limit: 1 }).page()).items[0]
            : await orchestra.ledger.reconcile()
        if (done === undefined) {
          output.line('The books have not been reconciled yet.')
          return EXIT_CODES.notFound
        }
        output.result(done, (shown) => showReconciliation(shown, output))
        return done.found === 0 ? EXIT_CODES.ok : EXIT_CODES.fault
      }),
    )
}

function showReconciliation(done: Reconciliation, output: Output): void {
  output.table(
    ['HOLDS', 'COMPARED', 'WHAT'],
    done.checks.map(({ holds, compared, says }) => [holds ? 'yes' : 'NO', String(compared), says]),
  )
  if (done.found === 0) {
    output.line(`${done.id}, ${done.finishedAt}: nothing differs.`)
    return
  }
  output.table(
    ['CHECK', 'SUBJECT', 'ASSET', 'EXPECTED', 'FOUND'],
    done.findings.map(({ check, subject, asset, expected, found }) => [
      check,
      subject,
      asset,
      expected,
      found,
    ]),
  )
  output.line(`${done.id}: ${done.found} differences, each with a case (orchestra cases).`)
}
