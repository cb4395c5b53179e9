import type { Command } from 'commander'
import type { Run } from '../session.ts'

/** `orchestra top-up <organization> <usd>`: money from the demo rail, for operators. */
export function addTopUp(program: Command, run: Run): void {
  program
    .command('top-up <organization> <usd>')
    .description('add money to an organization (operators; demo rail)')
    .requiredOption('--key <text>', 'names the top-up: the same name never adds twice')
    .action((organization: string, usd: string, flags: { key: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const options = { idempotencyKey: flags.key }
        const topUp = await orchestra.balance.topUp(organization, usd, options)
        output.result(topUp, () => output.line(`${usd} USD added to ${organization}.`))
      }),
    )
}
