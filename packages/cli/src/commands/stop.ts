import type { Pending, Stop } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

/** `orchestra stop`, `orchestra resume` and `orchestra stops`: the stop button. */
export function addStop(program: Command, run: Run): void {
  program
    .command('stop [id]')
    .description('stop spending at once: everything, or a project, agent, key, mandate or server')
    .option('--reason <text>', 'what refused callers read', 'stopped by hand')
    .option('--organization <id>', 'of another organization (operators only)')
    .action(
      (
        id: string | undefined,
        flags: { reason: string; organization?: string },
        command: Command,
      ) =>
        run(command, 'caller', async ({ orchestra, output }) => {
          const stopped = await orchestra.stops.stop({
            reason: flags.reason,
            ...(id === undefined ? {} : { of: id }),
            ...(flags.organization === undefined ? {} : { organizationId: flags.organization }),
          })
          output.result(stopped, () => showChange(stopped, 'stopped', output))
        }),
    )
  program
    .command('resume <stop>')
    .description('let stopped spending go on (stp_…)')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const resumed = await orchestra.stops.resume(id)
        output.result(resumed, () => showChange(resumed, 'resumed', output))
      }),
    )
  program
    .command('stops')
    .description('where spending is stopped')
    .option('--all', 'where it was stopped and resumed, too')
    .action((flags: { all?: boolean }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const state = flags.all === true ? {} : ({ state: 'in_force' } as const)
        output.result(await orchestra.stops.list(state).all(), (all) => showStops(all, output))
      }),
    )
}

function showChange(
  { stop, pendingGateways }: Pending & { stop: Stop },
  word: string,
  { line }: Output,
): void {
  const { id, scope } = stop
  const heard =
    pendingGateways.length === 0
      ? 'every connected gateway knows'
      : `not yet heard from: ${pendingGateways.join(', ')}`
  line(`${id}: spending of ${scope.kind} ${scope.id} is ${word}; ${heard}.`)
}

function showStops(stops: readonly Stop[], output: Output): void {
  output.table(
    ['ID', 'STOPPED', 'SINCE', 'BY', 'RESUMED', 'REASON'],
    stops.map(({ id, scope, stoppedAt, stoppedBy, resumedAt, reason }) => [
      id,
      `${scope.kind} ${scope.id}`,
      stoppedAt,
      stoppedBy,
      resumedAt ?? '-',
      reason,
    ]),
  )
}
