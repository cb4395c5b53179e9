import type { Payee, PayoutDestination } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

const SCHEDULES: readonly Payee['schedule'][] = ['none', 'daily', 'weekly', 'monthly']

/** `orchestra payees …`: where publishers are paid. */
export function addPayees(program: Command, run: Run): void {
  const payees = program.command('payees').description('where earnings are paid')
  payees
    .command('show', { isDefault: true })
    .description('where yours are paid')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.payees.get(), (payee) => show(output, payee))
      }),
    )
  addSave(payees, run)
  payees
    .command('list')
    .description('of all publishers (operators)')
    .action((_flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        output.result(await orchestra.payees.list().all(), (all) =>
          output.table(
            ['ORGANIZATION', 'RAIL', 'DESTINATION', 'VERSION', 'SCHEDULE', 'STATE'],
            all.map((payee) => [
              payee.organizationId,
              payee.rail,
              payee.hint,
              String(payee.version),
              payee.schedule,
              stateOf(payee),
            ]),
          ),
        )
      }),
    )
  addDecisions(payees, run)
}

type SaveFlags = {
  readonly rail: string
  readonly holder?: string
  readonly iban?: string
  readonly routing?: string
  readonly account?: string
  readonly schedule: Payee['schedule']
  readonly minimum?: string
}

function addSave(payees: Command, run: Run): void {
  payees
    .command('save')
    .description('say where and how often yours are paid')
    .requiredOption('--rail <name>', 'bank, or balance for your own prepaid balance')
    .option('--holder <name>', 'whose account it is')
    .option('--iban <iban>', 'the account, by its IBAN')
    .option('--routing <number>', 'the account, in the United States: routing number')
    .option('--account <number>', 'and account number')
    .addOption(
      new Option('--schedule <often>', 'without asking').choices(SCHEDULES).default('none'),
    )
    .option('--minimum <usd>', 'payouts by schedule wait for this much')
    .action((flags: SaveFlags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const destination = destinationOf(flags)
        const payee = await orchestra.payees.save({
          rail: flags.rail,
          schedule: flags.schedule,
          ...(destination === undefined ? {} : { destination }),
          ...(flags.minimum === undefined ? {} : { minimumUsd: flags.minimum }),
        })
        output.result(payee, () => show(output, payee))
      }),
    )
}

function destinationOf(flags: SaveFlags): PayoutDestination | undefined {
  const { rail, holder, iban, routing, account } = flags
  if (rail === 'balance') return { kind: 'balance' }
  if (iban === undefined && routing === undefined && account === undefined) return undefined
  if (holder === undefined) throw new UsageError('--holder says whose account it is.')
  if (iban !== undefined) return { kind: 'iban', holder, iban: iban.replaceAll(' ', '') }
  if (routing === undefined || account === undefined) {
    throw new UsageError('An account in the United States needs --routing and --account.')
  }
  return { kind: 'us_account', holder, routingNumber: routing, accountNumber: account }
}

function addDecisions(payees: Command, run: Run): void {
  payees
    .command('approve <organization>')
    .description('say that you looked at a destination (operators)')
    .requiredOption('--destination-version <number>', 'the version that you looked at')
    .action((id: string, flags: { destinationVersion: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const payee = await orchestra.payees.approve(id, Number(flags.destinationVersion))
        output.result(payee, () => show(output, payee))
      }),
    )
  payees
    .command('hold <organization>')
    .description('stop payouts to a publisher (operators)')
    .requiredOption('--reason <text>', 'the publisher reads it')
    .action((id: string, flags: { reason: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const payee = await orchestra.payees.hold(id, flags.reason)
        output.result(payee, () => show(output, payee))
      }),
    )
  payees
    .command('release <organization>')
    .description('lift the stop (operators)')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const payee = await orchestra.payees.release(id)
        output.result(payee, () => show(output, payee))
      }),
    )
}

function show(output: Output, payee: Payee): void {
  output.line(`${payee.rail}: ${payee.hint} (version ${payee.version})`)
  output.line(`schedule ${payee.schedule}, from ${payee.minimum.display}`)
  output.line(stateOf(payee))
}

function stateOf({ approvedAt, hold }: Payee): string {
  if (hold !== null) return `stopped: ${hold}`
  return approvedAt === null ? 'waits for the operator’s approval' : 'approved'
}
