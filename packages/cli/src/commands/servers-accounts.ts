import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Connection, UpstreamAuth } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

type HolderFlags = { readonly organization?: true }
type ConnectFlags = HolderFlags & { readonly idTokenFile?: string; readonly wait: boolean }
type AuthFlags = {
  readonly kind: UpstreamAuth['kind']
  readonly clientId?: string
  readonly clientSecret?: string
  readonly issuer?: string
  readonly scopes?: string
  readonly idpTokenEndpoint?: string
  readonly idpClientId?: string
  readonly idpClientSecret?: string
}

/** `orchestra servers connect|disconnect|connections|auth`: accounts at servers that ask for tokens. */
export function addServersAccounts(servers: Command, run: Run): void {
  servers
    .command('connect <server>')
    .description('connect your account at a server: prints where to authorize, and waits')
    .option('--organization', 'for all members of your organization')
    .option(
      '--id-token-file <path>',
      'where an enterprise manages access: a fresh ID token of its identity provider; - reads standard input',
    )
    .option('--no-wait', 'only print the address')
    .action((id: string, flags: ConnectFlags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output, untilInterrupted }) => {
        const { connections } = orchestra.hub
        const holder = holderOf(flags)
        const idToken = await idTokenOf(flags)
        const before = (await connections.get(id))[holder]?.connectedAt ?? ''
        const started = await connections.start(id, {
          holder,
          ...(idToken === undefined ? {} : { idToken }),
        })
        const { authorizationUrl, connection } = started
        if (authorizationUrl === null || !flags.wait) {
          return output.result(started, () => {
            if (connection === null) output.line(authorizationUrl ?? '')
            else showConnected(connection, output)
          })
        }
        output.complain(
          `Open this address in the browser in which you are signed in to the console:`,
        )
        output.complain(authorizationUrl)
        const signal = untilInterrupted()
        const connected = await connections.whenConnected(id, { holder, after: before, signal })
        output.result(connected, (shown) => showConnected(shown, output))
      }),
    )
  servers
    .command('disconnect <server>')
    .description('forget the tokens of your account at a server, and revoke them there')
    .option('--organization', 'the account that your organization shares')
    .action((id: string, flags: HolderFlags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const ended = await orchestra.hub.connections.end(id, { holder: holderOf(flags) })
        output.result(ended, ({ revoked }) => output.line(ENDINGS[revoked](id)))
      }),
    )
  servers
    .command('connections')
    .description('your accounts at servers, and those that your organization shares')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.hub.connections.list(), (all) => {
          if (all.length === 0) return output.line('No account is connected.')
          output.table(
            ['SERVER', 'WHOSE', 'STATE', 'SCOPES', 'AUTHORIZATION SERVER'],
            all.map(({ server, holder, state, scopes, issuer }) => [
              server,
              holder === 'member' ? 'yours' : 'organization',
              state.replaceAll('_', ' '),
              scopes.join(' '),
              issuer,
            ]),
          )
        })
      }),
    )
  servers
    .command('auth <server>')
    .description('how tokens for a server are got; ends every connection to it')
    .requiredOption('--kind <kind>', 'none, oauth, client_credentials or enterprise')
    .option('--client-id <id>', 'a client that you registered at its authorization server')
    .option('--client-secret <secret>', 'its secret')
    .option('--issuer <url>', 'the authorization server that it belongs to')
    .option('--scopes <scopes>', 'scopes to ask for, separated by spaces')
    .option('--idp-token-endpoint <url>', 'of the enterprise’s identity provider')
    .option('--idp-client-id <id>', 'our client there')
    .option('--idp-client-secret <secret>', 'its secret')
    .action((id: string, flags: AuthFlags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const changed = await orchestra.hub.updateMCP(id, { upstreamAuth: authOf(flags) })
        output.result(changed, () => output.line(`${id}: tokens by ${flags.kind}.`))
      }),
    )
}

/** Read from a file, never from the command line: that is shown to everybody on the machine. */
async function idTokenOf({ idTokenFile }: ConnectFlags): Promise<string | undefined> {
  if (idTokenFile === undefined) return undefined
  try {
    const read = idTokenFile === '-' ? text(process.stdin) : readFile(idTokenFile, 'utf8')
    return (await read).trim()
  } catch (error) {
    throw new UsageError(`${idTokenFile} cannot be read.`, { cause: error })
  }
}

function holderOf({ organization }: HolderFlags): 'member' | 'organization' {
  return organization === true ? 'organization' : 'member'
}

const ENDINGS = {
  done: (id: string) => `Disconnected from ${id}; the tokens are revoked.`,
  failed: (id: string) =>
    `Disconnected from ${id}; its authorization server did not take the revocation.`,
  not_connected: (id: string) => `No account was connected to ${id}.`,
  not_offered: (id: string) => `Disconnected from ${id}; its authorization server revokes nothing.`,
} as const

function showConnected(
  { server, scopes, issuer }: Connection,
  output: Pick<Output, 'line' | 'style'>,
): void {
  output.line(`${output.style.good('Connected')} to ${server} by ${issuer}`)
  if (scopes.length > 0) output.line(`Scopes: ${scopes.join(' ')}`)
}

function authOf(flags: AuthFlags): UpstreamAuth {
  const { kind, clientId, clientSecret, issuer, scopes } = flags
  const common = {
    ...(issuer === undefined ? {} : { issuer }),
    ...(scopes === undefined ? {} : { scopes }),
  }
  const secret = clientSecret === undefined ? {} : { clientSecret }
  switch (kind) {
    case 'none':
      return { kind }
    case 'oauth':
      return { kind, ...common, ...secret, ...(clientId === undefined ? {} : { clientId }) }
    case 'client_credentials':
      if (clientId === undefined) throw new UsageError('client_credentials need --client-id.')
      return { kind, clientId, ...common, ...secret }
    case 'enterprise': {
      const { idpTokenEndpoint, idpClientId, idpClientSecret } = flags
      if (
        clientId === undefined ||
        clientSecret === undefined ||
        idpTokenEndpoint === undefined ||
        idpClientId === undefined
      ) {
        throw new UsageError(
          'enterprise needs --client-id, --client-secret, --idp-token-endpoint and --idp-client-id.',
        )
      }
      return {
        kind,
        clientId,
        clientSecret,
        idpTokenEndpoint,
        idpClientId,
        ...(idpClientSecret === undefined ? {} : { idpClientSecret }),
        ...common,
      }
    }
    default:
      throw new UsageError(
        `--kind is none, oauth, client_credentials or enterprise, not ${String(kind)}.`,
      )
  }
}
