import type { EndpointRequest, Route } from '../endpoint.ts'
import type { Destination, Directory } from './addresses/directory.ts'
import { invalid } from './answers.ts'
import { declaresUi } from './greeting.ts'
import { TOOLS, type NamedKind } from './lists/list-kind.ts'

/** Where a tool or prompt leads, or the sentence that says why nowhere. */
export async function findNamed(
  directory: Directory,
  request: EndpointRequest,
  kind: NamedKind,
  shown: string,
): Promise<Destination | string> {
  const found = await directory.find(request, kind, shown)
  // An app's tool is called by hosts that show apps; a model of another client does not know it.
  if (found !== undefined && (!found.isAppOnly || declaresUi(request))) return found
  const noun = kind === TOOLS ? 'tool' : 'prompt'
  const candidates = found === undefined ? directory.namesakes(request, kind, shown) : []
  if (candidates.length < 2) return `unknown ${noun}: ${shown}`
  // Which one is meant cannot be told: an app's call must not reach another server than its own.
  return `several servers have a ${noun} of that name: call ${candidates.join(' or ')}`
}

/** Where the call of a tool or prompt goes. */
export async function routeNamed(
  directory: Directory,
  request: EndpointRequest,
  kind: NamedKind,
): Promise<Route> {
  const { target } = request
  if (target === undefined) return invalid('params.name is missing')
  const found = await findNamed(directory, request, kind, target)
  if (typeof found === 'string') return invalid(found)
  const { server, name } = found
  return name === target ? { kind: 'relay', server } : { kind: 'relay', server, name }
}
