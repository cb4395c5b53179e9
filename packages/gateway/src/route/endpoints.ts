import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Authorizer } from '../authorize/authorizer.ts'
import { refuse as refuseAuthorization } from '../authorize/problems.ts'
import type { SnapshotReplica } from '../snapshot/replica.ts'
import type { Endpoint, Endpoints } from './endpoint.ts'
import { createTransparentEndpoint } from './transparent-endpoint.ts'

/** The path of a transparent endpoint; the alias as in the snapshot's schema. */
const TRANSPARENT = /^\/s\/([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)\/mcp$/

/** What the look-up needs. */
export type EndpointsPorts = {
  readonly snapshot: Pick<SnapshotReplica, 'serverByAlias'>
  readonly authorizer: Authorizer
  readonly aggregate: Endpoint
  readonly metaTools: Endpoint
}

/** Endpoints by path. An alias that nobody has answers like one that the caller may not see. */
export function createEndpoints(ports: EndpointsPorts): Endpoints {
  const { snapshot, authorizer, aggregate, metaTools } = ports
  // An entity of the snapshot is never changed, only replaced: its endpoint lives as long as it.
  const transparent = new WeakMap<ServerEntity, Endpoint>()
  const transparentTo = (server: ServerEntity): Endpoint => {
    const known = transparent.get(server)
    if (known !== undefined) return known
    const endpoint = createTransparentEndpoint(server, authorizer)
    transparent.set(server, endpoint)
    return endpoint
  }
  return {
    find(path) {
      if (path === '/mcp') return aggregate
      if (path === '/t/mcp') return metaTools
      const alias = TRANSPARENT.exec(path)?.[1]
      if (alias === undefined) return undefined
      const server = snapshot.serverByAlias(alias)
      return server === undefined ? UNKNOWN : transparentTo(server)
    },
  }
}

const UNKNOWN: Endpoint = {
  id: 's/unknown',
  server: undefined,
  resolve: () =>
    Promise.resolve({ kind: 'refused', problem: refuseAuthorization('authorize.server_unknown') }),
}
