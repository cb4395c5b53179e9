import { Option, type Command } from 'commander'
import type { Run } from '../session.ts'

/** `orchestra leases | cases | declare-lost | database-restored`: what operators look at and decide. */
export function addOperations(program: Command, run: Run): void {
  program
    .command('leases')
    .description('money that gateways hold to spend without asking: what a lost disk could cost')
    .action((_flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        output.result(await orchestra.balance.leases().all(), (all) =>
          output.table(
            ['LEASE', 'GATEWAY', 'PROCESS', 'PAYER', 'GRANTED', 'USED', 'RETURNED'],
            all.map((lease) => [
              lease.id,
              lease.gateway,
              lease.incarnationId,
              lease.payerId,
              lease.granted.display,
              lease.used.display,
              lease.returned.display,
            ]),
          ),
        )
      }),
    )
  program
    .command('cases')
    .description('what a person has to look at, newest first')
    .addOption(new Option('--state <state>').choices(['open', 'resolved']).default('open'))
    .action((flags: { state: 'open' | 'resolved' }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        output.result(await orchestra.operations.cases({ state: flags.state }).all(), (all) =>
          output.table(
            ['CASE', 'KIND', 'ABOUT', 'AT STAKE', 'TIMES', 'LAST'],
            all.map((found) => [
              found.id,
              found.kind,
              found.subject,
              found.amount?.display ?? '',
              String(found.occurrences),
              found.lastAt,
            ]),
          ),
        )
      }),
    )
  program
    .command('declare-lost <process>')
    .description('give up a gateway process (inc_…) whose journal will not come (operators)')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const lost = await orchestra.operations.declareLost(id)
        output.result(lost, () =>
          output.line(
            `${id} is fenced; ${lost.leasesClosed} leases closed, ${lost.returned.display} went back.`,
          ),
        )
      }),
    )
  program
    .command('database-restored <reason>')
    .description(
      'say that an older database was restored; grants wait for all gateways (operators)',
    )
    .action((reason: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const raised = await orchestra.operations.raiseEpoch(reason)
        output.result(raised, () =>
          output.line(`Epoch ${raised.epoch}; ${raised.frozen ? 'grants wait.' : 'grants go on.'}`),
        )
      }),
    )
}
