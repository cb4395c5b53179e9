import type { PriceEntity, ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { UpstreamConnect } from '@mcp-orchestra/control-plane/upstream-auth'
import type { MCPConfig } from '@mcp-orchestra/sdk'

/** Who we are for the authorization server of a server, and what we have to show there. */
export type AccountWay = Pick<
  UpstreamConnect,
  'documentUrl' | 'registered' | 'machine' | 'enterprise'
>

/** A server behind the relay, as little as a test must say of it. */
export type StagedServer = {
  readonly transport: MCPConfig['transport']
  readonly era: 'legacy' | 'modern'
  readonly limits?: Partial<ServerEntity['limits']>
  /** Price of one call by tool, in atto-USD. */
  readonly prices?: Readonly<Record<string, PriceEntity['amount']>>
  /** How the server is authorized at, for everyone who calls it; absent: nobody has an account there. */
  readonly account?: AccountWay
}
