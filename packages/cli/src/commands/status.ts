import type { Command } from 'commander'
import type { Run } from '../session.ts'

/** `orchestra status`: the platform, its gateways, and who is asking. */
export function addStatus(program: Command, run: Run): void {
  program
    .command('status')
    .description('the platform, its gateways, and who you are to it')
    .action((_flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const [status, me] = await Promise.all([orchestra.status(), orchestra.users.me()])
        output.result({ ...status, me }, () => {
          const { style } = output
          output.line(`${style.bold('MCP-Orchestra')} ${status.version}`)
          output.line(`Gateway    ${style.accent(status.gatewayUrl)}`)
          output.line(`Snapshot   version ${status.snapshotVersion}, epoch ${status.epoch}`)
          output.line(`You        ${me.organization.name} (${me.organization.id}), by ${me.via}`)
          output.line('')
          output.table(
            ['GATEWAY', 'STATE', 'APPLIED', 'SINCE'],
            status.gateways.map((gateway) => [
              gateway.gateway,
              gateway.connected ? 'connected' : 'away',
              String(gateway.acknowledgedVersion),
              gateway.connectedAt ?? '',
            ]),
          )
        })
      }),
    )
}
