import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { addUsageSums } from './usage-sums.ts'

/** Rows of a screen: more is asked for by `--limit`. */
const ROWS_DEFAULT = '20'

/** `orchestra usage`: calls as the gateways journalled them. */
export function addUsage(program: Command, run: Run): void {
  const usage = program
    .command('usage [event]')
    .description('calls, newest first; or one of them with its postings')
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .action((event: string | undefined, flags: { limit: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        if (event !== undefined) {
          output.result(await orchestra.usage.get(event), (found) => {
            for (const [name, value] of Object.entries(found)) {
              output.line(`${output.style.dim(name.padEnd(16))} ${textOf(value)}`)
            }
          })
          return
        }
        const page = await orchestra.usage.list({ limit: Number(flags.limit) }).page()
        output.result(page.items, (events) =>
          output.table(
            ['AT', 'TOOL', 'OUTCOME', 'COST', 'MS', 'EVENT'],
            events.map((usage) => [
              usage.at,
              usage.tool,
              usage.outcome,
              usage.amount.amount === '0' ? 'free' : usage.amount.display,
              String(Math.round(usage.durationMs)),
              usage.id,
            ]),
          ),
        )
      }),
    )
  addUsageSums(usage, run)
}

function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'display' in value)
    return String(value.display)
  if (typeof value === 'number') return String(Math.round(value * 10) / 10)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
