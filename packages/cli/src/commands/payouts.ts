import { writeFile } from 'node:fs/promises'
import type { Payout, PayoutReport } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

const ROWS_DEFAULT = '20'

/** `orchestra payouts …`: earnings on their way to publishers. */
export function addPayouts(program: Command, run: Run): void {
  const payouts = program.command('payouts').description('earnings on their way to you')
  payouts
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--all', 'of all publishers (operators)')
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .action((flags: { all?: boolean; limit: string }, command: Command) =>
      run(command, flags.all === true ? 'operator' : 'caller', async ({ orchestra, output }) => {
        const { items } = await orchestra.payouts.list({ limit: Number(flags.limit) }).page()
        output.result(items, (all) =>
          output.table(
            ['ID', 'STATE', 'AMOUNT', 'TO', 'REQUESTED'],
            all.map((payout) => [
              payout.id,
              payout.state,
              payout.amount.display,
              payout.destination,
              payout.requestedAt,
            ]),
          ),
        )
      }),
    )
  payouts
    .command('request [usd]')
    .description('be paid an amount, or all that is payable')
    .requiredOption('--key <text>', 'names the payout: the same name never pays twice')
    .action((usd: string | undefined, flags: { key: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const payout = await orchestra.payouts.request({
          idempotencyKey: flags.key,
          ...(usd === undefined ? {} : { usd }),
        })
        output.result(payout, () => show(output, payout))
      }),
    )
  payouts
    .command('show <id>')
    .description('where one stands')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const payout = await orchestra.payouts.get(id)
        output.result(payout, () => show(output, payout))
      }),
    )
  addStatement(payouts, run)
  addDecisions(payouts, run)
  addReports(payouts, run)
}

function addStatement(payouts: Command, run: Run): void {
  payouts
    .command('statement <id>')
    .description('where the amount of one comes from, line by line')
    .option('--to <file>', 'write it as CSV, in US dollars')
    .action((id: string, flags: { to?: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const { to: file } = flags
        if (file !== undefined) {
          const bytes = await orchestra.payouts.statementFile(id)
          await writeFile(file, bytes)
          output.result({ file, bytes: bytes.length }, () => output.line(`${id} is in ${file}`))
          return
        }
        output.result(await orchestra.payouts.statement(id), ({ lines, amount }) => {
          output.table(
            ['LINE', 'SERVER', 'MONTH', 'ATOMIC UNITS'],
            lines.map((line) => [
              line.kind.replaceAll('_', ' '),
              line.serverId ?? '',
              line.month ?? '',
              line.amount.amount,
            ]),
          )
          output.line(`payout ${output.style.good(amount.display)}`)
        })
      }),
    )
}

function addDecisions(payouts: Command, run: Run): void {
  for (const [name, says] of [
    ['approve', 'approve one that another member requested'],
    ['cancel', 'give up one that was not sent yet'],
  ] as const) {
    payouts
      .command(`${name} <id>`)
      .description(says)
      .action((id: string, _flags: unknown, command: Command) =>
        run(command, 'caller', async ({ orchestra, output }) => {
          const payout = await orchestra.payouts[name](id)
          output.result(payout, () => show(output, payout))
        }),
      )
  }
}

function addReports(payouts: Command, run: Run): void {
  payouts
    .command('destination <id>')
    .description('the account that one goes to (operators); reading it is audited')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        output.result(await orchestra.payouts.destination(id), (account) => {
          for (const [name, text] of Object.entries(account)) output.line(`${name}  ${text}`)
        })
      }),
    )
  const report = (name: string, says: string, wordOf: (text: string) => PayoutReport) =>
    payouts
      .command(`${name} <id> <text>`)
      .description(says)
      .action((id: string, text: string, _flags: unknown, command: Command) =>
        run(command, 'operator', async ({ orchestra, output }) => {
          const payout = await orchestra.payouts.report(id, wordOf(text))
          output.result(payout, () => show(output, payout))
        }),
      )
  report(
    'paid',
    'say that the bank has carried it out, and how it names it (operators)',
    (text) => ({
      kind: 'paid',
      reference: text,
    }),
  )
  for (const [kind, says] of [
    ['failed', 'say that it will not be carried out, and why (operators)'],
    ['returned', 'say that the money came back, and why (operators)'],
  ] as const) {
    report(kind, says, (text) => ({ kind, reason: text }))
  }
}

function show(output: Output, payout: Payout): void {
  const { id, state, amount, destination, reference, reason } = payout
  output.line(`${id}  ${output.style.good(amount.display)} to ${destination}`)
  output.line(state === 'requested' ? 'requested: waits for a second person' : state)
  if (reference !== null) output.line(`reference  ${reference}`)
  if (reason !== null) output.line(`because  ${reason}`)
}
