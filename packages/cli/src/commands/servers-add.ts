import type { MCPConfig } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Run } from '../session.ts'

type Flags = {
  readonly url?: string
  readonly header?: string[]
  readonly env?: string[]
  readonly cwd?: string
  readonly name?: string
  readonly everyone?: boolean
}

/** `orchestra servers add`: over HTTP by `--url`, else a program after `--`. */
export function addServersAdd(servers: Command, run: Run): void {
  servers
    .command('add <alias> [program...]')
    .description('register a server: --url for HTTP, or a program: add files -- node server.js')
    .option('--url <url>', 'where it speaks MCP over HTTP')
    .option('--header <name=value...>', 'header to send it')
    .option('--env <name=value...>', 'environment variable of the program')
    .option('--cwd <path>', 'working directory of the program')
    .option('--name <name>', 'its name for people')
    .option('--everyone', 'open to every organization, not only yours')
    .action((alias: string, program: string[], flags: Flags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const connection = await orchestra.hub.registerMCP({
          alias,
          transport: transportOf(program, flags),
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

function transportOf(program: readonly string[], flags: Flags): MCPConfig['transport'] {
  const [file, ...args] = program
  if (flags.url !== undefined && file === undefined) {
    return { kind: 'http', url: flags.url, headers: pairsOf(flags.header, '--header') }
  }
  if (flags.url === undefined && file !== undefined) {
    const env = pairsOf(flags.env, '--env')
    return {
      kind: 'stdio',
      command: file,
      args,
      env,
      ...(flags.cwd === undefined ? {} : { cwd: flags.cwd }),
    }
  }
  throw new UsageError('Say where the server is: either --url <url>, or its program after "--".')
}

function pairsOf(pairs: readonly string[] | undefined, flag: string): Record<string, string> {
  return Object.fromEntries(
    (pairs ?? []).map((pair) => {
      const split = pair.indexOf('=')
      if (split < 1) throw new UsageError(`${flag} wants name=value, not ${JSON.stringify(pair)}.`)
      return [pair.slice(0, split), pair.slice(split + 1)]
    }),
  )
}
