import { stringAt, scanObject } from '../json/scan.ts'
import { memberOf } from '../json/span.ts'
import { headerOf, type Codec, type HeaderBag, type RpcRefusal } from '../codec.ts'
import { metaText, paramString, RPC_INVALID_PARAMS, type Message } from '../message.ts'
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts'

/** The dated name of this revision. */
export const REVISION_2026_07_28 = '2026-07-28'

/** Error codes that the revision reserves (MCP 2026-07-28, error codes). */
export const RPC_HEADER_MISMATCH = -32020
export const RPC_MISSING_CAPABILITY = -32021
export const RPC_UNSUPPORTED_VERSION = -32022

/** The `_meta` keys of the per-request envelope. */
export const META_VERSION = 'io.modelcontextprotocol/protocolVersion'
export const META_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
export const META_CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'

const MIRRORED = /^mcp-(param-[!#$%&'*+\-.^_`|~0-9a-z]+|protocol-version|method|name)$/

/** MCP 2026-07-28: stateless, the envelope in every request, and closing the stream cancels. */
export const rev20260728: Codec = {
  era: 'modern',
  revision: REVISION_2026_07_28,
  closeCancels: true,
  takesBatches: false,
  primesStreams: false,
  check(message, headers) {
    return message.kind === 'request'
      ? (checkEnvelope(message) ?? checkHeaders(message, headers))
      : checkHeaders(message, headers)
  },
  headersFor(message, headers, name) {
    const out: Record<string, string> = {}
    for (const key of Object.keys(headers)) {
      if (!key.startsWith('mcp-')) continue
      const value = MIRRORED.test(key) ? headerOf(headers, key) : undefined
      if (value !== undefined) out[key] = value
    }
    if (name !== undefined && nameOf(message) !== undefined)
      out['mcp-name'] = encodeHeaderValue(name)
    return out
  },
  outcomeOf: ({ isRpcError, isErrorText, resultTypeText }) => {
    if (isRpcError) return 'rpc_error'
    if (resultTypeText === '"input_required"') return 'input_required'
    if (resultTypeText === '"task"') return 'task_created'
    return isErrorText === 'true' ? 'tool_error' : 'complete'
  },
  statusOf: (problemStatus) => problemStatus,
}

/** The value that `Mcp-Name` mirrors; undefined for methods that have none. */
function nameOf(message: Message): string | undefined {
  if (message.method === 'tools/call' || message.method === 'prompts/get')
    return paramString(message, 'name')
  if (message.method === 'resources/read') return paramString(message, 'uri')
  return TASK_METHODS.has(message.method) ? paramString(message, 'taskId') : undefined
}

/** Methods of the tasks extension, which are routed by the task's id (tasks extension, routing headers). */
const TASK_METHODS = new Set(['tasks/get', 'tasks/update', 'tasks/cancel'])

function checkEnvelope(message: Message): RpcRefusal | undefined {
  const version = memberOf(message.meta, META_VERSION)
  if (version === undefined || stringAt(message.text, version.value) === undefined) {
    return envelope(`_meta["${META_VERSION}"] is missing or not a string`)
  }
  const capabilities = memberOf(message.meta, META_CAPABILITIES)
  if (
    capabilities === undefined ||
    scanObject(message.text, capabilities.value.start) === undefined
  ) {
    return envelope(`_meta["${META_CAPABILITIES}"] is missing or not an object`)
  }
  return undefined
}

function checkHeaders(message: Message, headers: HeaderBag): RpcRefusal | undefined {
  const version = headerOf(headers, 'mcp-protocol-version')
  if (version === undefined) return mismatch('the MCP-Protocol-Version header is missing')
  const claimed = versionOf(message)
  if (claimed !== undefined && claimed !== version) {
    return mismatch(`the MCP-Protocol-Version header names ${version}, the body ${claimed}`)
  }
  if (version !== REVISION_2026_07_28) return unsupportedVersion(version)
  const method = headerOf(headers, 'mcp-method')
  if (method === undefined) return mismatch('the Mcp-Method header is missing')
  if (method !== message.method)
    return mismatch(`the Mcp-Method header names ${method}, the body ${message.method}`)
  const name = nameOf(message)
  if (name === undefined) return undefined
  const header = headerOf(headers, 'mcp-name')
  if (header === undefined) return mismatch('the Mcp-Name header is missing')
  return decodeHeaderValue(header) === name
    ? undefined
    : mismatch('the Mcp-Name header and the body differ')
}

/** The revision that the request's `_meta` claims. */
export function versionOf(message: Message): string | undefined {
  return stringAt(message.text, memberOf(message.meta, META_VERSION)?.value)
}

/** Whether the request makes any claim of the modern envelope. */
export function claimsEnvelope(message: Message): boolean {
  return metaText(message, META_VERSION) !== undefined
}

/** The answer to a modern revision that we do not have. */
export function unsupportedVersion(requested: string): RpcRefusal {
  return {
    status: 400,
    code: RPC_UNSUPPORTED_VERSION,
    message: `protocol version ${requested} is not supported`,
    data: { supported: [REVISION_2026_07_28], requested },
  }
}

function mismatch(message: string): RpcRefusal {
  return { status: 400, code: RPC_HEADER_MISMATCH, message }
}

function envelope(problem: string): RpcRefusal {
  return { status: 400, code: RPC_INVALID_PARAMS, message: `invalid params: ${problem}` }
}
