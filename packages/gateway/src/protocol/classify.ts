import { headerOf, type Codec, type HeaderBag, type RpcRefusal } from './codec.ts'
import { RPC_INVALID_PARAMS, type Message } from './message.ts'
import { rev20251125 } from './rev-2025-11-25/codec.ts'
import {
  claimsEnvelope,
  META_VERSION,
  REVISION_2026_07_28,
  rev20260728,
  RPC_HEADER_MISMATCH,
} from './rev-2026-07-28/codec.ts'

/** Which codec a message is for, or the error that its contradictions get. */
export type Classification =
  | { readonly kind: 'codec'; readonly codec: Codec }
  | { readonly kind: 'refused'; readonly refusal: RpcRefusal }

/**
 * The era of a posted message, from its body first and its headers second, as the official SDK decides
 * it (MCP 2026-07-28, era detection): a response or `initialize` is legacy, a claim in `_meta` is modern.
 */
export function classify(message: Message, headers: HeaderBag): Classification {
  const headerNamesModern = isModernVersion(headerOf(headers, 'mcp-protocol-version'))
  if (message.kind === 'response') return legacy
  if (message.method === 'initialize' && !claimsEnvelope(message)) {
    return headerNamesModern
      ? refused(
          RPC_HEADER_MISMATCH,
          'initialize belongs to the legacy revisions, the header names a modern one',
        )
      : legacy
  }
  if (claimsEnvelope(message)) return modern
  if (!headerNamesModern) return legacy
  return message.kind === 'notification'
    ? modern
    : refused(RPC_INVALID_PARAMS, `invalid params: _meta["${META_VERSION}"] is missing`)
}

/** Whether a version text names the modern era: the first modern revision or a later date. */
export function isModernVersion(version: string | undefined): boolean {
  if (version === REVISION_2026_07_28) return true
  return (
    version !== undefined && /^\d{4}-\d\d-\d\d$/.test(version) && version >= REVISION_2026_07_28
  )
}

const legacy: Classification = { kind: 'codec', codec: rev20251125 }
const modern: Classification = { kind: 'codec', codec: rev20260728 }

function refused(code: number, message: string): Classification {
  return { kind: 'refused', refusal: { status: 400, code, message } }
}
