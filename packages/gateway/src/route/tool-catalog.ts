import type { ObservedTool } from '@mcp-orchestra/api/gateway-link'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'

/** What lists have shown of a server's tools: told by the relay, read by health reports and the charge path. */
export interface ToolCatalog {
  /** Told of each page of `tools/list` that passed; `whole` when it was the first and only page. */
  observe(server: ServerEntity, tools: readonly ObservedTool[], whole: boolean): void
  /** Whether the tool, as last listed, has `readOnlyHint` or `idempotentHint`: its unknown end may be run again. */
  safeToRepeat(serverId: string, tool: string): boolean
  /** SHA-256 of the tool's definition as last listed, hex; undefined when no list has shown it. */
  definitionHash(serverId: string, tool: string): string | undefined
}
