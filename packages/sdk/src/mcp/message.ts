import { isRecord, type OrchestraProblem, problemFromDocument, sdkProblem } from '../problem.ts'

/** A JSON-RPC message as the SDK sees it: enough to tell what it is, everything else untouched. */
export type RpcMessage = {
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: RpcError
}

/** The error member of a JSON-RPC response (JSON-RPC 2.0 §5.1). */
export type RpcError = { readonly code: number; readonly message: string; readonly data?: unknown }

/** Parses one JSON-RPC message; throws a problem on anything else. */
export function parseMessage(text: string): RpcMessage {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw sdkProblem('sdk.not_orchestra', { detail: 'the answer is no JSON', cause })
  }
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') {
    throw sdkProblem('sdk.not_orchestra', { detail: 'the answer is no JSON-RPC message' })
  }
  return value
}

/** The problem that a JSON-RPC error stands for: ours carry their document in `data`. */
export function problemFromRpcError(error: RpcError, retryAfterSeconds?: number): OrchestraProblem {
  return (
    problemFromDocument(error.data, { rpcCode: error.code, retryAfterSeconds }) ??
    sdkProblem('sdk.rpc_error', {
      detail: error.message,
      rpcCode: error.code,
      members: error.data === undefined ? {} : { data: error.data },
    })
  )
}
