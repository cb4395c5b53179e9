import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { addServersAccounts } from './servers-accounts.ts'
import { addServersAdd } from './servers-add.ts'
import { addServersPreview } from './servers-preview.ts'
import { addServersPrice } from './servers-price.ts'
import { addServersUpdate } from './servers-update.ts'
import { showConnection, showHealth, showServers, showTools } from './servers-view.ts'

/** `orchestra servers`: register, switch, watch and remove MCP servers. */
export function addServers(program: Command, run: Run): void {
  const servers = program.command('servers').description('MCP servers')
  servers
    .command('list', { isDefault: true })
    .description('servers that you may see')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.hub.listServers().all(), (all) => showServers(all, output))
      }),
    )
  addServersAdd(servers, run)
  addServersUpdate(servers, run)
  addServersPreview(servers, run)
  addServersAccounts(servers, run)
  addServersPrice(servers, run)
  servers
    .command('show <server>')
    .description('one server with its tools and prices')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const [connection, tools, prices] = await Promise.all([
          orchestra.hub.connection(id),
          orchestra.hub.listTools(id).all(),
          orchestra.prices.list(id).all(),
        ])
        output.result({ ...connection, tools, prices }, (shown) => showConnection(shown, output))
      }),
    )
  servers
    .command('tools <server>')
    .description('its tools as last listed, and why one is kept out of merged lists')
    .option('--quarantined', 'only those that are kept out')
    .action((id: string, flags: { quarantined?: true }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const tools = await orchestra.hub.listTools(id).all()
        const asked =
          flags.quarantined === true
            ? tools.filter(({ quarantined }) => quarantined !== null)
            : tools
        output.result(asked, (shown) => showTools(shown, output))
      }),
    )
  for (const action of ['on', 'off'] as const) {
    servers
      .command(`${action} <server>`)
      .description(action === 'on' ? 'serve it again' : 'stop serving it; running calls end')
      .action((id: string, _flags: unknown, command: Command) =>
        run(command, 'operator', async ({ orchestra, output }) => {
          const applied = await orchestra.hub.manageConnection(id, action)
          output.result(applied, () => output.line(`${id} is ${action}.`))
        }),
      )
  }
  servers
    .command('health <server>')
    .description('how the gateways find it; they look now')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const health = await orchestra.hub.monitorHealth(id, { probe: true })
        output.result(health, () => showHealth(health, output))
      }),
    )
  servers
    .command('remove <server>')
    .description('forget it; its usage and prices stay in the books')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const removed = await orchestra.hub.removeServer(id)
        output.result(removed, () => output.line(`${id} is removed.`))
      }),
    )
}
