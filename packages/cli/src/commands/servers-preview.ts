import type { OpenApiPreview } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'
import { sourceOf } from './openapi-place.ts'

/** `orchestra servers preview` and `refresh`: what an OpenAPI document would become, and its newest state. */
export function addServersPreview(servers: Command, run: Run): void {
  servers
    .command('preview <document>')
    .description('what an OpenAPI document (a file or an address) would become; nothing is kept')
    .option('--credential <scheme...>', 'security scheme that a credential will be given for')
    .action((place: string, flags: { credential?: string[] }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const source = await sourceOf(place)
        const preview = await orchestra.hub.previewOpenApi({
          ...source,
          credentials: flags.credential ?? [],
        })
        output.result(preview, (shown) => showPreview(shown, output))
      }),
    )
  servers
    .command('refresh <server>')
    .description('read the OpenAPI document of a server again from its address')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const changed = await orchestra.hub.refreshDocument(id)
        output.result(changed, () => output.line(`The document of ${id} was read again.`))
      }),
    )
}

function showPreview(preview: OpenApiPreview, output: Output): void {
  output.line(
    `${preview.title} ${preview.apiVersion} at ${preview.baseUrl ?? 'no address: give --base-url'}`,
  )
  const lacking = countLacking(preview)
  for (const { name, wants } of preview.schemes) {
    const verb = lacking.has(name) ? 'wants' : 'takes'
    const kind = wants.replaceAll('_', ' ')
    output.line(`${verb} --credential ${name}=… (${kind})${countOf(lacking.get(name))}`)
    lacking.delete(name)
  }
  for (const [name, count] of lacking)
    output.line(`wants a credential that cannot be kept here, ${name}${countOf(count)}`)
  for (const { tool, operation, method, path, warnings } of preview.operations) {
    const id = tool === operation ? tool : `${tool} (${operation})`
    output.line(`${output.style.accent(id)}  ${method} ${path}`)
    for (const warning of warnings) output.line(`    ${warning}`)
  }
  for (const { operation, reason } of preview.leftOut)
    output.line(`left out: ${operation}: ${reason}`)
}

/** How many operations want each security scheme for which nothing is given. */
function countLacking({ operations }: OpenApiPreview): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of operations.flatMap(({ lacks }) => lacks))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const countOf = (count: number | undefined): string =>
  count === undefined ? '' : `: ${count} ${count === 1 ? 'operation' : 'operations'}`
