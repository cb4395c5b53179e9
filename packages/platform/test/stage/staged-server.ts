import type { PriceEntity, ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { MCPConfig } from '@mcp-orchestra/sdk'

/** A server behind the relay, as little as a test must say of it. */
export type StagedServer = {
  readonly transport: MCPConfig['transport']
  readonly era: 'legacy' | 'modern'
  readonly limits?: Partial<ServerEntity['limits']>
  /** Price of one call by tool, in atto-USD. */
  readonly prices?: Readonly<Record<string, PriceEntity['amount']>>
}
