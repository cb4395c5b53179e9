import type { MCPConfig } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Run } from '../session.ts'
import { allowOf, refuseOpenApiFlags, sourceOf, type OpenApiFlags } from './openapi-place.ts'

type Flags = OpenApiFlags & {
  readonly header?: string[]
  readonly env?: string[]
  readonly cwd?: string
  readonly name?: string
  readonly everyone?: boolean
}

/** `orchestra servers add`: an address, else a program after `--`. (`--url` is the control plane's, everywhere.) */
export function addServersAdd(servers: Command, run: Run): void {
  servers
    .command('add <alias> [place...]')
    .description(
      'register a server: add weather https://… or a program: add files -- node server.js',
    )
    .option('--header <name=value...>', 'header to send it')
    .option('--env <name=value...>', 'environment variable of the program')
    .option('--cwd <path>', 'working directory of the program')
    .option('--openapi <document>', 'a REST API, by its OpenAPI document: a file or an address')
    .option('--base-url <url>', 'where the API is, unless its document says')
    .option('--allow <operations...>', 'operations to offer: ids, or "METHOD /path"; else all')
    .option('--credential <scheme=value...>', 'value of a security scheme of the document')
    .option('--name <name>', 'its name for people')
    .option('--everyone', 'open to every organization, not only yours')
    .action((alias: string, place: string[], flags: Flags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const connection = await orchestra.hub.registerMCP({
          alias,
          transport: await transportOf(place, flags),
          ...(flags.name === undefined ? {} : { name: flags.name }),
          ...(flags.everyone === true ? { visibility: 'everyone' } : {}),
        })
        output.result(connection, ({ id, endpoint }) => {
          output.line(`${alias} is registered (${id}).`)
          output.line(`MCP clients reach it at ${output.style.accent(endpoint)}`)
        })
      }),
    )
}

/** Where a server is, as it is written: one address, else a program and its arguments; undefined: nothing. */
export function placeOf([first, ...rest]: readonly string[], cwd: string | undefined) {
  if (first === undefined) return undefined
  if (/^https?:\/\//i.test(first)) {
    if (rest.length > 0) throw new UsageError('An address is one word; a program goes after "--".')
    return { kind: 'http' as const, url: first }
  }
  return {
    kind: 'stdio' as const,
    command: first,
    args: rest,
    ...(cwd === undefined ? {} : { cwd }),
  }
}

/** Secrets by where they go: refuses those that go nowhere. */
export function requirePlace(
  kind: 'http' | 'stdio' | undefined,
  flags: { readonly headers: object; readonly env: object; readonly cwd: string | undefined },
): void {
  const hasHeaders = Object.keys(flags.headers).length > 0
  const hasProcess = Object.keys(flags.env).length > 0 || flags.cwd !== undefined
  if ((hasHeaders && kind !== 'http') || (hasProcess && kind !== 'stdio')) {
    throw new UsageError('Headers go with an address; variables and --cwd with a program.')
  }
}

async function transportOf(
  words: readonly string[],
  flags: Flags,
): Promise<MCPConfig['transport']> {
  if (flags.openapi !== undefined) return await openApiOf(flags.openapi, words, flags)
  refuseOpenApiFlags(flags)
  const place = placeOf(words, flags.cwd)
  const headers = pairsOf(flags.header, '--header')
  const env = pairsOf(flags.env, '--env')
  if (place === undefined) {
    throw new UsageError('Say where the server is: its address, or its program after "--".')
  }
  requirePlace(place.kind, { headers, env, cwd: flags.cwd })
  return place.kind === 'http' ? { ...place, headers } : { ...place, env }
}

async function openApiOf(
  document: string,
  words: readonly string[],
  flags: Flags,
): Promise<MCPConfig['transport']> {
  if (words.length > 0 || flags.env !== undefined || flags.cwd !== undefined)
    throw new UsageError('A REST API has no address or program beside --openapi.')
  const { baseUrl } = flags
  const allow = allowOf(flags)
  return {
    kind: 'openapi',
    ...(await sourceOf(document)),
    headers: pairsOf(flags.header, '--header'),
    credentials: pairsOf(flags.credential, '--credential'),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(allow === undefined ? {} : { allow }),
  }
}

/** `name=value` flags as an object; a usage error on anything else. */
export function pairsOf(
  pairs: readonly string[] | undefined,
  flag: string,
): Record<string, string> {
  return Object.fromEntries(
    (pairs ?? []).map((pair) => {
      const split = pair.indexOf('=')
      if (split < 1) throw new UsageError(`${flag} wants name=value, not ${JSON.stringify(pair)}.`)
      return [pair.slice(0, split), pair.slice(split + 1)]
    }),
  )
}
