import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import { headerOf, type HeaderBag, type ResponseFacts, type RpcRefusal } from './codec.ts'
import { RPC_INVALID_REQUEST, type Message } from './message.ts'

/** How a call ended, in every revision that has no `resultType`. */
export function outcomeByError({ isRpcError, isErrorText }: ResponseFacts): CallOutcomeKind {
  if (isRpcError) return 'rpc_error'
  return isErrorText === 'true' ? 'tool_error' : 'complete'
}

/**
 * The error for a version header that is not the revision's: what was agreed on at `initialize` is what the session
 * speaks (MCP 2025-06-18, protocol version header). An absent one says nothing, and `initialize` comes before it.
 */
export function refuseOtherVersion(
  revision: string,
  method: string,
  headers: HeaderBag,
): RpcRefusal | undefined {
  const version = headerOf(headers, 'mcp-protocol-version')
  if (version === undefined || version === revision || method === 'initialize') return undefined
  return {
    status: 400,
    code: RPC_INVALID_REQUEST,
    message: `the MCP-Protocol-Version header names ${version}, which is not the revision spoken here: ${revision}`,
  }
}

/** The version header for the next hop: as the client wrote it, and none before the revision is agreed on. */
export function versionHeader(message: Message, headers: HeaderBag): Record<string, string> {
  const version = headerOf(headers, 'mcp-protocol-version')
  return version === undefined || message.method === 'initialize'
    ? {}
    : { 'mcp-protocol-version': version }
}
