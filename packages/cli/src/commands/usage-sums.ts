import type { Command } from 'commander'
import type { Run } from '../session.ts'

type Flags = {
  readonly side: 'payer' | 'publisher'
  readonly from?: string
  readonly to?: string
  readonly server?: string
  readonly tool?: string
}

/** `orchestra usage sums`: what charged calls came to. */
export function addUsageSums(usage: Command, run: Run): void {
  usage
    .command('sums')
    .description('what charged calls came to, by month, server and tool')
    .option('--side <side>', 'payer: what I paid; publisher: what my servers brought', 'payer')
    .option('--from <month>', 'the first month, such as 2026-10')
    .option('--to <month>', 'the last month')
    .option('--server <server>', 'only of this server: its id or alias')
    .option('--tool <tool>', 'only of this tool')
    .action(({ server, ...flags }: Flags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const filter = { ...flags, ...(server === undefined ? {} : { serverId: server }) }
        output.result(await orchestra.usage.sums(filter).all(), (sums) =>
          output.table(
            ['MONTH', 'SERVER', 'TOOL', 'CALLS', 'AMOUNT'],
            sums.map(({ month, serverId, tool, calls, amount }) => [
              month,
              serverId,
              tool,
              calls,
              amount.display,
            ]),
          ),
        )
      }),
    )
}
