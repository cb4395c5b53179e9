import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Codec, RpcRefusal } from './codec.ts'

/** What legacy servers answer to a request without a session: clients then initialize (MCP, era detection). */
const RPC_NOT_INITIALIZED = -32000

/**
 * Why a server cannot be spoken to in the client's era; undefined when it can. Child processes speak the
 * legacy revisions; translation between the eras takes this function's place when it comes.
 */
export function eraRefusal(codec: Codec, server: ServerEntity): RpcRefusal | undefined {
  if (codec.era === 'legacy' || server.transport.kind === 'http') return undefined
  return {
    status: 400,
    code: RPC_NOT_INITIALIZED,
    message: `the server ${server.alias} speaks the legacy revisions: send initialize first`,
  }
}
