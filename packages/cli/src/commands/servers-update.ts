import type { MCPChange } from '@mcp-orchestra/sdk'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Run } from '../session.ts'
import { allowOf, sourceOf, type OpenApiFlags } from './openapi-place.ts'
import { pairsOf, placeOf, requirePlace } from './servers-add.ts'

type Flags = OpenApiFlags & {
  readonly keepCredential?: string[]
  readonly name?: string
  readonly header?: string[]
  readonly keepHeader?: string[]
  readonly env?: string[]
  readonly keepEnv?: string[]
  readonly cwd?: string
  readonly visibility?: NonNullable<MCPChange['visibility']>
  readonly protocol?: NonNullable<MCPChange['protocol']>
  readonly callTimeoutMs?: number
  readonly resultBytesMax?: number
  readonly concurrentCallsMax?: number
  readonly announcePrices?: boolean
}

/** `orchestra servers update`: what is named changes, the rest stays. */
export function addServersUpdate(servers: Command, run: Run): void {
  servers
    .command('update <server> [place...]')
    .description(
      'change a server, only what is named: update weather https://… or update files -- node server.js',
    )
    .option('--name <name>', 'its name for people')
    .option(
      '--header <name=value...>',
      'header to send it; of a new address, those not named are removed',
    )
    .option(
      '--keep-header <name...>',
      'header that keeps its value, while the address stays on its origin',
    )
    .option('--env <name=value...>', 'environment variable of the program')
    .option(
      '--keep-env <name...>',
      'variable that keeps its value, while the program stays the same',
    )
    .option('--cwd <path>', 'working directory of the program')
    .option('--openapi <document>', 'another OpenAPI document of a REST API: a file or an address')
    .option('--base-url <url>', 'where the REST API is')
    .option('--allow <operations...>', 'operations of the REST API to offer')
    .option('--credential <scheme=value...>', 'value of a security scheme of the REST API')
    .option('--keep-credential <scheme...>', 'scheme that keeps its value, on the same origin')
    .addOption(
      new Option('--visibility <who>', 'who may call it').choices(['organization', 'everyone']),
    )
    .addOption(
      new Option('--protocol <protocol>', 'what it speaks').choices(['auto', 'MCP-v1', 'MCP-v2']),
    )
    .option('--call-timeout-ms <ms>', 'time limit of a call', wholeNumber)
    .option('--result-bytes-max <bytes>', 'largest result', wholeNumber)
    .option('--concurrent-calls-max <calls>', 'calls at once per gateway', wholeNumber)
    .option('--announce-prices', 'put prices into its lists of tools')
    .option('--no-announce-prices', 'leave them out')
    .action((id: string, place: string[], flags: Flags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const changed = await orchestra.hub.updateMCP(id, await changeOf(place, flags))
        output.result(changed, () => output.line(`${changed.server.alias} is changed.`))
      }),
    )
}

async function changeOf(place: readonly string[], flags: Flags): Promise<MCPChange> {
  const { name, visibility, protocol, announcePrices } = flags
  const { callTimeoutMs, resultBytesMax, concurrentCallsMax } = flags
  const transport = isOfApi(flags) ? await openApiOf(place, flags) : transportOf(place, flags)
  const limits = present({ callTimeoutMs, resultBytesMax, concurrentCallsMax })
  const change = present({ name, visibility, protocol, announcePrices, transport })
  const whole = Object.keys(limits).length === 0 ? change : { ...change, limits }
  if (Object.keys(whole).length === 0) throw new UsageError('Say what shall change: see --help.')
  return whole
}

function transportOf(words: readonly string[], flags: Flags): MCPChange['transport'] {
  const place = placeOf(words, flags.cwd)
  const headers = { ...pairsOf(flags.header, '--header'), ...kept(flags.keepHeader) }
  const env = { ...pairsOf(flags.env, '--env'), ...kept(flags.keepEnv) }
  requirePlace(place?.kind, { headers, env, cwd: flags.cwd })
  if (place === undefined) return undefined
  return place.kind === 'http' ? { ...place, headers } : { ...place, env }
}

function isOfApi({ openapi, baseUrl, allow, credential, keepCredential }: Flags): boolean {
  return [openapi, baseUrl, allow, credential, keepCredential].some((flag) => flag !== undefined)
}

/** What is not named of an API stays, but for its secrets: those are named, with a value or to be kept. */
async function openApiOf(
  words: readonly string[],
  flags: Flags,
): Promise<NonNullable<MCPChange['transport']>> {
  if (words.length > 0 || flags.env !== undefined || flags.cwd !== undefined)
    throw new UsageError('A REST API has no address or program beside --openapi.')
  const allow = allowOf(flags)
  return {
    kind: 'openapi',
    ...(flags.openapi === undefined ? {} : await sourceOf(flags.openapi)),
    ...(flags.baseUrl === undefined ? {} : { baseUrl: flags.baseUrl }),
    ...(allow === undefined ? {} : { allow }),
    headers: { ...pairsOf(flags.header, '--header'), ...kept(flags.keepHeader) },
    credentials: {
      ...pairsOf(flags.credential, '--credential'),
      ...kept(flags.keepCredential),
    },
  }
}

function kept(names: readonly string[] = []): Record<string, null> {
  return Object.fromEntries(names.map((name) => [name, null]))
}

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number.parseInt(text, 10)
  throw new InvalidArgumentError('It is no whole number.')
}

/** An object without the members that were not given. */
function present<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
