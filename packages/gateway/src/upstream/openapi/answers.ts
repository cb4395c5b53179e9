import { hash } from 'node:crypto'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { REVISION_2026_07_28 } from '../../protocol/rev-2026-07-28/codec.ts'
import { transportOf, type ReadCatalog } from './read-catalog.ts'

/** Tools on one page at most, and their text in characters: what a client reads at once. */
const PAGE_TOOLS_MAX = 250
const PAGE_CHARS_MAX = 1_048_576
/** How long a client may keep a list, in milliseconds: a changed document is seen within it. */
const LIST_TTL_MS = 60_000

const META_SERVER_INFO = 'io.modelcontextprotocol/serverInfo'

/** `server/discover` of an API (MCP 2026-07-28): tools, and nothing else. */
export function discoverText(server: ServerEntity, catalog: ReadCatalog): string {
  return JSON.stringify({
    resultType: 'complete',
    supportedVersions: [REVISION_2026_07_28],
    capabilities: { tools: {} },
    ...(catalog.instructions === null ? {} : { instructions: catalog.instructions }),
    ttlMs: LIST_TTL_MS,
    cacheScope: 'private',
    _meta: metaOf(server, catalog),
  })
}

/**
 * A page of `tools/list`, in the order of the document; undefined when the cursor is none of ours. A cursor holds
 * for the catalog that it was given for: of another one it would skip or repeat tools.
 */
export function toolsText(
  server: ServerEntity,
  catalog: ReadCatalog,
  cursor: string | undefined,
): string | undefined {
  const digest = hash('sha256', transportOf(server).catalog, 'base64url').slice(0, 16)
  const start = cursor === undefined ? 0 : startOf(cursor, digest, catalog.operations.length)
  if (start === undefined) return undefined
  const tools: string[] = []
  let chars = 0
  for (const { definition } of catalog.operations.slice(start, start + PAGE_TOOLS_MAX)) {
    chars += definition.length
    if (tools.length > 0 && chars > PAGE_CHARS_MAX) break
    tools.push(definition)
  }
  const next = start + tools.length
  const more = next < catalog.operations.length ? `"nextCursor":"${next}.${digest}",` : ''
  const meta = JSON.stringify(metaOf(server, catalog))
  return `{"resultType":"complete","tools":[${tools.join(',')}],${more}"ttlMs":${LIST_TTL_MS},"cacheScope":"private","_meta":${meta}}`
}

/** The `_meta` that every result carries: who answered, for display. */
export function metaOf({ alias }: ServerEntity, catalog: ReadCatalog): Record<string, unknown> {
  const { title, apiVersion } = catalog
  return { [META_SERVER_INFO]: { name: alias, title, version: apiVersion } }
}

function startOf(cursor: string, digest: string, count: number): number | undefined {
  const [index = '', given, ...rest] = cursor.split('.')
  if (!/^[1-9]\d{0,5}$/.test(index) || given !== digest || rest.length > 0) return undefined
  const start = Number(index)
  return start < count ? start : undefined
}
