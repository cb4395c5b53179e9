import type { EndpointRequest } from '../../endpoint.ts'
import type { AggregateCore } from '../aggregate-core.ts'
import { TOOLS } from '../lists/list-kind.ts'
import type { MergedEntry } from '../lists/merge.ts'
import type { ToolIndexes } from './tool-index.ts'

/** A tool of a client's catalog by a name that it knows; made anew once when it is not in it. */
export async function findTool(
  { directory }: AggregateCore,
  indexes: ToolIndexes,
  request: EndpointRequest,
  shown: string,
): Promise<MergedEntry | undefined> {
  const { tools } = await indexes.of(request)
  const found = tools.find((tool) => tool.shown === shown)
  if (found !== undefined) return found
  // An old or a plain name, or a tool that is new: the directory knows those, and lists again when it must.
  const destination = await directory.find(request, TOOLS, shown)
  if (destination === undefined) return undefined
  const isMeant = ({ server, name }: MergedEntry): boolean =>
    server.id === destination.server.id && name === destination.name
  return tools.find(isMeant) ?? (await indexes.of(request, true)).tools.find(isMeant)
}
