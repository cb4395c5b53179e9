import type { Command } from 'commander'
import type { Run } from '../session.ts'

/** `orchestra balance`: what can be spent, and what gateways hold. */
export function addBalance(program: Command, run: Run): void {
  program
    .command('balance')
    .description('what you can spend, and what gateways hold of it')
    .option('--organization <id>', 'of another organization (operators)')
    .action((flags: { organization?: string }, command: Command) =>
      run(command, flags.organization === undefined ? 'caller' : 'operator', async (session) => {
        const { orchestra, output } = session
        const whose = flags.organization === undefined ? {} : { organizationId: flags.organization }
        const balance = await orchestra.balance.get(whose)
        output.result(balance, ({ available, leased }) => {
          output.line(`available  ${output.style.good(available.display)}`)
          output.line(
            `leased     ${leased.display}  ${output.style.dim('held by gateways, to spend')}`,
          )
        })
      }),
    )
}
