import { clientConfig, MCP_CLIENTS, type ClientConfig, type Orchestra } from '@mcp-orchestra/sdk'
import { Argument, Option, type Command } from 'commander'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

type Flags = { readonly server?: string; readonly search?: true; readonly key?: string }

/** `orchestra connect <client>`: the configuration of an MCP client, with a key of its own that only calls tools. */
export function addConnect(program: Command, run: Run): void {
  program
    .command('connect')
    .description('the configuration of an MCP client, with a key of its own')
    .addArgument(new Argument('<client>', 'which client').choices(MCP_CLIENTS))
    .option('--server <alias>', 'this server alone (default: all, at one address)')
    .addOption(
      new Option(
        '--search',
        'all behind three tools that search, describe and call them: for hundreds of tools',
      ).conflicts('server'),
    )
    .option('--key <secret>', 'with this key instead of a new one')
    .action((client: ClientConfig['client'], flags: Flags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const gatewayUrl = await orchestra.gatewayUrl()
        const apiKey = flags.key ?? (await issueKey(orchestra, client, flags.server))
        const target = {
          ...(flags.server === undefined ? {} : { server: flags.server }),
          ...(flags.search === undefined ? {} : { search: flags.search }),
        }
        const config = clientConfig(client, { gatewayUrl, apiKey, ...target })
        output.result(config, () => show(config, output))
      }),
    )
}

/** A key that is known by its client in lists and in usage, and that can be revoked alone. */
async function issueKey(
  orchestra: Orchestra,
  client: ClientConfig['client'],
  alias: string | undefined,
): Promise<string> {
  const server = alias === undefined ? undefined : await orchestra.hub.getServer(alias)
  const { secret } = await orchestra.users.issueAPIKey('me', ['tools:call'], {
    name: server === undefined ? client : `${client}: ${server.alias}`,
    ...(server === undefined ? {} : { allow: [{ serverId: server.id }] }),
  })
  return secret
}

/** The text alone on standard output, so that it can go into a file; what to do with it beside it. */
function show(config: ClientConfig, { line, complain, style }: Output): void {
  const { title, kind, path, otherPaths = [], link, text } = config
  const places = [path, ...otherPaths.map((other) => `${other.path} (${other.system})`)]
  complain(
    style.dim(
      kind === 'command' ? `${title}: run this` : `${title}: add to ${places.join(' or ')}`,
    ),
  )
  line(text)
  if (link !== undefined) complain(style.dim(`or open ${link}`))
}
