import type { Cap, KeyGroup, Orchestra } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

const WINDOWS = ['call', 'hour', 'day', 'month', 'total'] as const

type SetFlags = {
  readonly window: Cap['window']
  readonly for?: string
  readonly eachSession?: boolean
}

/** `orchestra budgets`: hard caps for the organization, its projects, agents, keys and sessions. */
export function addBudgets(program: Command, run: Run): void {
  const budgets = program.command('budgets').description('hard caps for everything that spends')
  budgets
    .command('list', { isDefault: true })
    .description('all of your organization, newest first')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.budgets.list().all(), (all) => showBudgets(all, output))
      }),
    )
  budgets
    .command('set <usd>')
    .description('refuse calls beyond this amount')
    .addOption(new Option('--window <window>', 'counted per').choices(WINDOWS).default('day'))
    .option('--for <id>', 'a project, agent or key (default the whole organization)')
    .option('--each-session', 'each session by itself, from its first call to its last')
    .action((usd: string, flags: SetFlags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const eachSession = flags.eachSession === true
        const made = await orchestra.budgets.set({
          usd,
          eachSession,
          window: eachSession ? 'total' : flags.window,
          ...(flags.for === undefined ? {} : { of: flags.for }),
        })
        output.result(made, () => showBudgets([made.cap], output))
      }),
    )
  budgets
    .command('change <id> <usd>')
    .description('raise or lower one')
    .action((id: string, usd: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const changed = await orchestra.budgets.change(id, usd)
        output.result(changed, () => showBudgets([changed.cap], output))
      }),
    )
  budgets
    .command('remove <id>')
    .description('lift one')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const removed = await orchestra.budgets.remove(id)
        output.result(removed, () => output.line(`${id} is lifted.`))
      }),
    )
  addGroups(program, run, 'project')
  addGroups(program, run, 'agent')
}

/** `orchestra projects` and `orchestra agents`: what keys spend for. */
function addGroups(program: Command, run: Run, kind: KeyGroup['kind']): void {
  const groupsOf = ({ budgets }: Orchestra) =>
    kind === 'project' ? budgets.projects : budgets.agents
  const groups = program
    .command(`${kind}s`)
    .description(`${kind}s that keys spend for (orchestra keys create --${kind})`)
  groups
    .command('list', { isDefault: true })
    .description('all of your organization, newest first')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await groupsOf(orchestra).list().all(), (all) =>
          output.table(
            ['ID', 'NAME', 'SINCE'],
            all.map(({ id, name, createdAt }) => [id, name, createdAt.slice(0, 10)]),
          ),
        )
      }),
    )
  groups
    .command('create <name>')
    .description(`make a ${kind}`)
    .action((name: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const made = await groupsOf(orchestra).create(name)
        output.result(made, () => output.line(`${made.id} "${made.name}"`))
      }),
    )
  groups
    .command('remove <id>')
    .description('remove one that no working key belongs to')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const removed = await groupsOf(orchestra).remove(id)
        output.result(removed, () => output.line(`${removed.name} is removed.`))
      }),
    )
}

function showBudgets(caps: readonly Cap[], output: Output): void {
  output.table(
    ['ID', 'BINDS', 'WINDOW', 'LIMIT', 'USED'],
    caps.map(({ id, scope, window, amount, used }) => [
      id,
      scope.kind === 'session' ? `each session of ${scope.id}` : `${scope.kind} ${scope.id}`,
      window,
      amount.display,
      window === 'call' ? '-' : used.display,
    ]),
  )
}
