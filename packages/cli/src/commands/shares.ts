import type { ShareAgreement, ShareParty } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Run, Session } from '../session.ts'

const ROLES: readonly ShareParty['role'][] = ['affiliate', 'template_author', 'co_publisher']

/** `orchestra shares …`: who has a part of what servers earn. */
export function addShares(program: Command, run: Run): void {
  const shares = program
    .command('shares')
    .description('who has a part of what a server earns, besides its publisher')
  shares
    .command('list <server>')
    .description('all versions, newest first (id of the server)')
    .action((server: string, _flags: object, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.shares.list(server), (all) => {
          for (const version of all) showVersion(output, version)
          if (all.length === 0) output.line('Nobody shares: the publisher has it all.')
        })
      }),
    )
  addDistribute(shares, run)
  shares
    .command('set <server>')
    .description('publish the next version; without --share the publisher has it all again')
    .option('--share <role:organization:bps...>', 'co_publisher:org_…:2500 is a quarter of the net')
    .option('--starts <time>', 'RFC 3339; a minute from now when absent')
    .action((server: string, flags: { share?: string[]; starts?: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const parties = (flags.share ?? []).map(partyOf)
        const startsAt = flags.starts === undefined ? {} : { startsAt: flags.starts }
        const version = await orchestra.shares.publish(server, parties, startsAt)
        output.result(version, () => showVersion(output, version))
      }),
    )
}

function addDistribute(shares: Command, run: Run): void {
  shares
    .command('distribute <server> <month>')
    .description('make earnings payable now, and see who got what of a month (YYYY-MM)')
    .action((server: string, month: string, _flags: object, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const distribution = await orchestra.apps.distributeRevenue(server, month)
        output.result(distribution, ({ net, fee, parts }) => {
          output.line(`${month}: ${net.display} after refunds`)
          output.table(
            ['WHO', 'ORGANIZATION', 'AMOUNT'],
            [
              ['platform', '', fee.display],
              ...parts.map(({ role, organizationId, amount }) => [
                role.replaceAll('_', ' '),
                organizationId,
                amount.display,
              ]),
            ],
          )
        })
      }),
    )
}

function partyOf(text: string): ShareParty {
  const [name, organizationId = '', bps = ''] = text.split(':')
  const role = ROLES.find((known) => known === name)
  if (role === undefined || !/^\d{1,5}$/.test(bps)) {
    throw new UsageError(`--share wants role:organization:bps, not ${JSON.stringify(text)}.`)
  }
  return { role, organizationId, bps: Number(bps) }
}

function showVersion(
  output: Session['output'],
  { version, startsAt, parties }: ShareAgreement,
): void {
  output.line(`version ${version}, from ${startsAt}`)
  for (const { role, organizationId, bps } of parties) {
    output.line(`  ${role.replaceAll('_', ' ')}  ${organizationId}  ${bps} bps of the net`)
  }
  if (parties.length === 0) output.line('  nobody: the publisher has it all')
}
