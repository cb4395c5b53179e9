import type { Mandate } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

type GiveFlags = {
  readonly name: string
  readonly days: string
  readonly perCall?: string
  readonly server?: string[]
}

/** `orchestra mandates`: what keys and agents may buy, for how much, until when. */
export function addMandates(program: Command, run: Run): void {
  const mandates = program
    .command('mandates')
    .description('what keys and agents may buy, for how much, until when')
  mandates
    .command('list', { isDefault: true })
    .description('all of your organization, newest first')
    .option('--of <id>', 'only those of this key or agent')
    .action((flags: { of?: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const of = flags.of === undefined ? {} : { principalId: flags.of }
        output.result(await orchestra.mandates.list(of).all(), (all) => showMandates(all, output))
      }),
    )
  mandates
    .command('show <id>')
    .description('one of them, and what is spent under it')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.mandates.get(id), (one) => showMandates([one], output))
      }),
    )
  mandates
    .command('give <id> <usd>')
    .description('let a key or an agent buy for this much, and for nothing beyond')
    .option('--name <text>', 'what it is for', 'mandate')
    .option('--per-call <usd>', 'the most that one call may cost')
    .option('--server <id...>', 'only these servers (default all)')
    .option('--days <days>', 'days until it expires', '30')
    .action((principalId: string, usd: string, flags: GiveFlags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const { name, days, perCall, server } = flags
        const given = await orchestra.mandates.give({
          principalId,
          usd,
          name,
          expiresInSeconds: Math.round(Number(days) * 86_400),
          ...(perCall === undefined ? {} : { perCallUsd: perCall }),
          ...(server === undefined ? {} : { allow: server.map((serverId) => ({ serverId })) }),
        })
        output.result(given, () => showMandates([given.mandate], output))
      }),
    )
  mandates
    .command('revoke <id>')
    .description('end one: what is being bought under it ends, and nothing more is')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const revoked = await orchestra.mandates.revoke(id)
        output.result(revoked, () => output.line(`${id} is revoked.`))
      }),
    )
}

function showMandates(mandates: readonly Mandate[], output: Output): void {
  output.table(
    ['ID', 'NAME', 'OF', 'FOR', 'LIMIT', 'PER CALL', 'USED', 'STATUS', 'UNTIL'],
    mandates.map((mandate) => [
      mandate.id,
      mandate.name,
      mandate.principal.id,
      mandate.allow.map(({ serverId }) => serverId).join(' '),
      mandate.limit.display,
      mandate.perCall?.display ?? '-',
      mandate.used.display,
      mandate.status,
      mandate.expiresAt.slice(0, 10),
    ]),
  )
}
