import type { Orchestra } from '@mcp-orchestra/sdk'
import { tableLines } from '../output.ts'
import type { Style } from '../style.ts'
import { expectThat } from './expectation.ts'
import type { Narrator } from './narrator.ts'

/** A call that each real server of the demo must answer. */
type Stop = {
  readonly server: string
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
}

const STOPS: readonly Stop[] = [
  { server: 'everything', tool: 'echo', arguments: { message: 'over HTTP' } },
  { server: 'everything-stdio', tool: 'echo', arguments: { message: 'over stdio' } },
  { server: 'filesystem', tool: 'list_allowed_directories', arguments: {} },
  { server: 'memory', tool: 'read_graph', arguments: {} },
  {
    server: 'sequential-thinking',
    tool: 'sequentialthinking',
    arguments: { thought: 'One.', thoughtNumber: 1, totalThoughts: 1, nextThoughtNeeded: false },
  },
]

/** Calls each real server twice: through its own endpoint, and through the one that has all tools. */
export async function tour(deps: {
  payer: Orchestra
  narrator: Narrator
  style: Style
}): Promise<void> {
  const { payer, narrator, style } = deps
  const title = 'Every real server, by its own endpoint and by the one for all'
  await narrator.step(title, async (say) => {
    const list = await payer.hub.routeRequest({ method: 'tools/list' })
    const names = namesOf(list.result)
    const rows: string[][] = []
    for (const { server, tool, arguments: input } of STOPS) {
      const own = await payer.hub.routeRequest({ server, params: { name: tool, arguments: input } })
      const shared = names.has(`${server}__${tool}`) ? `${server}__${tool}` : tool
      expectThat(names.has(shared), `${shared} is in the list of all tools`)
      const all = await payer.hub.routeRequest({ params: { name: shared, arguments: input } })
      for (const { result } of [own, all]) {
        expectThat(result['isError'] !== true, `${server} / ${tool} succeeds`)
      }
      rows.push([server, tool, shared, own.receipt === undefined ? 'free' : 'paid'])
    }
    const columns = ['SERVER', 'TOOL', 'NAME IN /mcp', '']
    for (const line of tableLines(columns, rows, style)) say(line)
  })
}

function namesOf(result: Readonly<Record<string, unknown>>): Set<string> {
  const tools: unknown[] = Array.isArray(result['tools']) ? result['tools'] : []
  return new Set(
    tools.flatMap((tool) =>
      typeof tool === 'object' && tool !== null && 'name' in tool ? [String(tool.name)] : [],
    ),
  )
}
