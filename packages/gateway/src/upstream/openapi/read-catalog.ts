import { OpenApiCatalog, type OpenApiOperation } from '@mcp-orchestra/api/openapi-catalog'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { refuseUpstream } from '../problems.ts'

/** A catalog ready to be served. */
export type ReadCatalog = OpenApiCatalog & {
  readonly byName: ReadonlyMap<string, OpenApiOperation>
  /** The parsed input schema of a tool. */
  inputSchema(operation: OpenApiOperation): unknown
}

/** How a server of an API is reached. */
export type OpenApiTransport = Extract<ServerEntity['transport'], { kind: 'openapi' }>

/** An entity of the snapshot is never changed, only replaced: each catalog is read once. */
const known = new WeakMap<ServerEntity, ReadCatalog>()

/** The catalog of a server; one that cannot be read (a newer control plane's) is the server's failure. */
export function readCatalog(server: ServerEntity): ReadCatalog {
  const read = known.get(server)
  if (read !== undefined) return read
  const catalog = parseCatalog(transportOf(server))
  const schemas = new Map<string, unknown>()
  const made: ReadCatalog = {
    ...catalog,
    byName: new Map(catalog.operations.map((operation) => [operation.name, operation])),
    inputSchema({ name, definition }) {
      if (!schemas.has(name)) schemas.set(name, schemaIn(definition))
      return schemas.get(name)
    },
  }
  known.set(server, made)
  return made
}

/** The transport of an API; only servers of that kind come here. */
export function transportOf({ transport }: ServerEntity): OpenApiTransport {
  if (transport.kind !== 'openapi')
    throw refuseUpstream('upstream.failed', { detail: 'the server is no REST API' })
  return transport
}

function parseCatalog({ catalog }: OpenApiTransport): OpenApiCatalog {
  try {
    return OpenApiCatalog.parse(JSON.parse(catalog))
  } catch (error) {
    throw refuseUpstream('upstream.failed', {
      detail: 'its catalog of operations is not one that this gateway can read',
      cause: error,
    })
  }
}

function schemaIn(definition: string): unknown {
  const tool: unknown = JSON.parse(definition)
  return typeof tool === 'object' && tool !== null && 'inputSchema' in tool
    ? tool.inputSchema
    : undefined
}
