import type { ApiKey, IssuedKey, Permission } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

/** What a key may do unless told otherwise: see servers and call their tools. */
const DEFAULT_SCOPES: readonly Permission[] = ['servers:read', 'tools:call']

/** `orchestra keys`: API keys of the caller's organization. */
export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('API keys of your organization')
  keys
    .command('list', { isDefault: true })
    .description('all keys, newest first')
    .action((_flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        output.result(await orchestra.users.listKeys().all(), (found) => show(found, output))
      }),
    )
  keys
    .command('create <name>')
    .description('issue a key; its secret is shown once')
    .option('--scope <permission...>', `permissions (default ${DEFAULT_SCOPES.join(' ')})`)
    .option('--server <id...>', 'only these servers (default all)')
    .option('--days <days>', 'days until it expires (default 90)')
    .option('--project <id>', 'the project that it spends for')
    .option('--agent <id>', 'the agent that it spends for')
    .option('--service', 'belongs to the organization instead of you')
    .action((name: string, flags: CreateFlags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const owner = flags.service === true ? 'organization' : 'me'
        const issued = await orchestra.users.issueAPIKey(owner, flags.scope ?? DEFAULT_SCOPES, {
          name,
          ...(flags.server === undefined
            ? {}
            : { allow: flags.server.map((serverId) => ({ serverId })) }),
          ...(flags.project === undefined ? {} : { projectId: flags.project }),
          ...(flags.agent === undefined ? {} : { agentId: flags.agent }),
          ...(flags.days === undefined ? {} : { expiresInSeconds: Number(flags.days) * 86_400 }),
        })
        output.result(issued, () => showIssued(issued, output))
      }),
    )
  keys
    .command('rotate <id>')
    .description('a new key in the place of an old one')
    .option('--grace <seconds>', 'how long the old one works on (default 3600)')
    .action((id: string, flags: { grace?: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const grace = flags.grace === undefined ? {} : { graceSeconds: Number(flags.grace) }
        const issued = await orchestra.users.rotateKey(id, grace)
        output.result(issued, () => showIssued(issued, output))
      }),
    )
  keys
    .command('revoke <id>')
    .description('refuse a key from now on, on every gateway')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const revoked = await orchestra.users.revokeKey(id)
        output.result(revoked, () => {
          const waiting = revoked.pendingGateways
          output.line(
            waiting.length === 0
              ? `${revoked.key.name} is revoked; every connected gateway refuses it.`
              : `${revoked.key.name} is revoked; not yet heard from: ${waiting.join(', ')}`,
          )
        })
      }),
    )
}

type CreateFlags = {
  readonly scope?: Permission[]
  readonly server?: string[]
  readonly days?: string
  readonly project?: string
  readonly agent?: string
  readonly service?: boolean
}

function show(keys: readonly ApiKey[], output: Output): void {
  output.table(
    ['ID', 'NAME', 'STARTS WITH', 'STATUS', 'EXPIRES'],
    keys.map((key) => [key.id, key.name, `${key.start}…`, key.status, key.expiresAt.slice(0, 10)]),
  )
}

function showIssued({ key, secret }: IssuedKey, { line, style }: Output): void {
  line(style.bold(secret))
  line(style.dim(`${key.id} "${key.name}", until ${key.expiresAt.slice(0, 10)}; not shown again`))
}
