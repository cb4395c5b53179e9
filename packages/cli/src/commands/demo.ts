import type { Command } from 'commander'
import { runDemo } from '../demo/run-demo.ts'
import type { Run } from '../session.ts'

/** `orchestra demo`: one paid call, told step by step on a running platform that has the demo's servers. */
export function addDemo(program: Command, run: Run): void {
  program
    .command('demo')
    .description('one paid tool call, told step by step (operators; needs the demo servers)')
    .action((_flags: unknown, command: Command) => {
      const sinceMs = performance.now()
      return run(command, 'operator', async ({ orchestra, output, as }) => {
        await runDemo({
          operator: orchestra,
          as,
          payer: undefined,
          write: output.write,
          style: output.style,
          monotonicMs: () => performance.now(),
          sinceMs,
          sinceWhat: 'of this command',
        })
      })
    })
}
