import { headerOf, type Codec } from '../codec.ts'
import { RPC_INVALID_REQUEST } from '../message.ts'

/** The revisions of the legacy era; their wire facts that matter to a relay are the same (MCP 2025-11-25). */
export const LEGACY_REVISIONS: readonly string[] = [
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
]

/** MCP 2025-11-25 and the revisions before it: sessions, and disconnecting is not cancelling. */
export const rev20251125: Codec = {
  era: 'legacy',
  revision: '2025-11-25',
  closeCancels: false,
  check(message, headers) {
    const version = headerOf(headers, 'mcp-protocol-version')
    if (
      version === undefined ||
      message.method === 'initialize' ||
      LEGACY_REVISIONS.includes(version)
    ) {
      return undefined
    }
    return {
      status: 400,
      code: RPC_INVALID_REQUEST,
      message: `MCP-Protocol-Version ${version} is not supported; use one of ${LEGACY_REVISIONS.join(', ')}`,
    }
  },
  headersFor(message, headers) {
    const version = headerOf(headers, 'mcp-protocol-version')
    return version === undefined || message.method === 'initialize'
      ? {}
      : { 'mcp-protocol-version': version }
  },
  outcomeOf: ({ isRpcError, isErrorText }) => {
    if (isRpcError) return 'rpc_error'
    return isErrorText === 'true' ? 'tool_error' : 'complete'
  },
  statusOf: () => 200,
}
