import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Authorizer } from '../authorize/authorizer.ts'
import type { Endpoint, Route } from './endpoint.ts'
import { refuse } from './problems.ts'

/** `/s/<alias>/mcp`: everything goes to one server and nothing is renamed (architecture §3). */
export function createTransparentEndpoint(server: ServerEntity, authorizer: Authorizer): Endpoint {
  const resolve = (caller: Parameters<Authorizer['mayUse']>[0]): Route => {
    // Before the switch: whether a server is off is not told to those who may not see it.
    const problem = authorizer.mayUse(caller, server)
    if (problem !== undefined) return { kind: 'refused', problem }
    if (!server.enabled) return { kind: 'refused', problem: refuse('route.server_off') }
    return { kind: 'relay', server }
  }
  return { id: `s/${server.id}`, server, resolve: ({ caller }) => Promise.resolve(resolve(caller)) }
}
