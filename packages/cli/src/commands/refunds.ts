import type { Refund } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import type { Run, Session } from '../session.ts'

const ROWS_DEFAULT = '20'

/** `orchestra refunds …`: money of calls that goes back to those who paid. */
export function addRefunds(program: Command, run: Run): void {
  const refunds = program.command('refunds').description('money of calls that went back to payers')
  addList(refunds, run)
  addGive(refunds, run)
  refunds
    .command('show <id>')
    .description('one refund')
    .action((id: string, _flags: object, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.refunds.get(id), (refund) => showRefund(output, refund))
      }),
    )
}

function addList(refunds: Command, run: Run): void {
  refunds
    .command('list', { isDefault: true })
    .description('newest first')
    .addOption(
      new Option('--side <side>', 'of calls that I paid for, or of my servers')
        .choices(['payer', 'publisher', 'any'] as const)
        .default('any'),
    )
    .option('--call <id>', 'of one call')
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .action(
      (
        flags: { side: 'payer' | 'publisher' | 'any'; call?: string; limit: string },
        command: Command,
      ) =>
        run(command, 'caller', async ({ orchestra, output }) => {
          const { side, call } = flags
          const list = orchestra.refunds.list({
            side,
            limit: Number(flags.limit),
            ...(call === undefined ? {} : { eventId: call }),
          })
          const { items } = await list.page()
          output.result(items, (all) =>
            output.table(
              ['GIVEN', 'CALL', 'TOOL', 'AMOUNT', 'REASON', 'ID'],
              all.map((one) => [
                one.createdAt.slice(0, 16).replace('T', ' '),
                one.eventId,
                one.tool,
                one.amount.display,
                one.reason,
                one.id,
              ]),
            ),
          )
        }),
    )
}

function addGive(refunds: Command, run: Run): void {
  refunds
    .command('give <call>')
    .description('give the money of a call back (its publisher, or operators)')
    .option('--usd <amount>', 'a part of it; all that is left when absent')
    .requiredOption('--reason <text>', 'the payer reads it')
    .requiredOption('--key <text>', 'names the refund: the same name never gives twice')
    .option('--as-operator', 'as the operator of the platform')
    .action(
      (
        call: string,
        flags: { usd?: string; reason: string; key: string; asOperator?: boolean },
        command: Command,
      ) =>
        run(
          command,
          flags.asOperator === true ? 'operator' : 'caller',
          async ({ orchestra, output }) => {
            const { usd, reason, key } = flags
            const refund = await orchestra.refunds.give(call, {
              reason,
              idempotencyKey: key,
              ...(usd === undefined ? {} : { usd }),
            })
            output.result(refund, () => showRefund(output, refund))
          },
        ),
    )
}

function showRefund(output: Session['output'], refund: Refund): void {
  output.line(`${refund.amount.display} of ${refund.eventId} (${refund.tool})`)
  output.line(`from the platform’s fees: ${refund.fee.display}`)
  if (refund.owed.amount !== '0') output.line(`owed by the publisher: ${refund.owed.display}`)
  output.line(`${refund.reason}  ${refund.id}`)
}
