import type { NewCap } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import type { Run } from '../session.ts'

const WINDOWS = ['hour', 'day', 'month', 'total'] as const

/** `orchestra caps`: hard limits on what the organization or one key may spend. */
export function addCaps(program: Command, run: Run): void {
  const caps = program.command('caps').description('hard limits on spending')
  caps
    .command('list', { isDefault: true })
    .description('all caps of your organization')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.caps.list().all(), (all) =>
          output.table(
            ['ID', 'SCOPE', 'WINDOW', 'LIMIT', 'USED'],
            all.map((cap) => [
              cap.id,
              `${cap.scope.kind} ${cap.scope.id}`,
              cap.window,
              cap.amount.display,
              cap.used.display,
            ]),
          ),
        )
      }),
    )
  caps
    .command('add <usd>')
    .description('refuse calls beyond this amount')
    .addOption(new Option('--window <window>', 'counted per').choices(WINDOWS).default('day'))
    .option('--key <id>', 'for one key instead of the whole organization')
    .action((usd: string, flags: { window: NewCap['window']; key?: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const keyId = flags.key === undefined ? {} : { keyId: flags.key }
        const made = await orchestra.caps.create({ window: flags.window, usd, ...keyId })
        output.result(made, () => output.line(`${made.cap.id}: ${usd} USD per ${flags.window}.`))
      }),
    )
  caps
    .command('remove <id>')
    .description('lift a cap')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const removed = await orchestra.caps.remove(id)
        output.result(removed, () => output.line(`${id} is lifted.`))
      }),
    )
}
