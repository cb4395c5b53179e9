import type { Dispute } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import type { Run, Session } from '../session.ts'

const ROWS_DEFAULT = '20'
const STATES: readonly Dispute['state'][] = ['open', 'accepted', 'rejected', 'withdrawn']

/** `orchestra disputes …`: what payers contest of what calls were charged. */
export function addDisputes(program: Command, run: Run): void {
  const disputes = program.command('disputes').description('what payers contest of calls')
  addList(disputes, run)
  addOpen(disputes, run)
  addClose(disputes, run, 'accept', 'accepted', 'give in: a refund (the publisher, or operators)')
  addClose(disputes, run, 'reject', 'rejected', 'refuse it (operators)')
  addClose(disputes, run, 'withdraw', 'withdrawn', 'take it back (the payer)')
}

function addList(disputes: Command, run: Run): void {
  disputes
    .command('list', { isDefault: true })
    .description('of calls that I paid for or sold, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(STATES))
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .action((flags: { state?: Dispute['state']; limit: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const state = flags.state === undefined ? {} : { state: flags.state }
        const list = orchestra.disputes.list({ ...state, limit: Number(flags.limit) })
        const { items } = await list.page()
        output.result(items, (all) =>
          output.table(
            ['OPENED', 'STATE', 'CALL', 'AMOUNT', 'REASON', 'ID'],
            all.map((one) => [
              one.openedAt.slice(0, 16).replace('T', ' '),
              one.state,
              one.eventId,
              one.amount.display,
              one.reason,
              one.id,
            ]),
          ),
        )
      }),
    )
}

function addOpen(disputes: Command, run: Run): void {
  disputes
    .command('open <call>')
    .description('contest what a call was charged (its payer, within 60 days)')
    .option('--usd <amount>', 'a part of it; all that is left when absent')
    .requiredOption('--reason <text>', 'the publisher reads it')
    .action((call: string, flags: { usd?: string; reason: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const usd = flags.usd === undefined ? {} : { usd: flags.usd }
        const dispute = await orchestra.disputes.open(call, { reason: flags.reason, ...usd })
        output.result(dispute, () => show(output, dispute))
      }),
    )
}

function addClose(
  disputes: Command,
  run: Run,
  ...[verb, outcome, description]: [string, Exclude<Dispute['state'], 'open'>, string]
): void {
  disputes
    .command(`${verb} <id>`)
    .description(description)
    .option('--answer <text>', 'what to say with it')
    .option('--as-operator', 'as the operator of the platform')
    .action((id: string, flags: { answer?: string; asOperator?: boolean }, command: Command) => {
      const role = flags.asOperator === true ? 'operator' : 'caller'
      return run(command, role, async ({ orchestra, output }) => {
        const answer = flags.answer === undefined ? {} : { answer: flags.answer }
        const dispute = await orchestra.disputes.close(id, outcome, answer)
        output.result(dispute, () => show(output, dispute))
      })
    })
}

function show(output: Session['output'], dispute: Dispute): void {
  const { state, amount, eventId, tool, refundId, id } = dispute
  output.line(`${state}: ${amount.display} of ${eventId} (${tool})  ${id}`)
  if (refundId !== null) output.line(`refund ${refundId}`)
}
