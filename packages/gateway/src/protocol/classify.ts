import { headerOf, type Codec, type HeaderBag, type RpcRefusal } from './codec.ts'
import { RPC_INVALID_PARAMS, type Message } from './message.ts'
import {
  claimsEnvelope,
  META_VERSION,
  REVISION_2026_07_28,
  rev20260728,
  RPC_HEADER_MISMATCH,
} from './rev-2026-07-28/codec.ts'
import { legacyCodecIn, LEGACY_NEWEST, refuseVersion } from './revisions.ts'

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
  if (message.kind === 'response') return legacyBy(headers)
  if (message.method === 'initialize' && !claimsEnvelope(message)) {
    return headerNamesModern
      ? refused(
          RPC_HEADER_MISMATCH,
          'initialize belongs to the legacy revisions, the header names a modern one',
        )
      : initialize
  }
  if (claimsEnvelope(message)) return modern
  if (!headerNamesModern) return legacyBy(headers)
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

/** Which revision `initialize` is of, its answer decides. */
const initialize: Classification = { kind: 'codec', codec: LEGACY_NEWEST }
const modern: Classification = { kind: 'codec', codec: rev20260728 }

function legacyBy(headers: HeaderBag): Classification {
  const codec = legacyCodecIn(headers)
  return codec === undefined
    ? { kind: 'refused', refusal: refuseVersion(headers) }
    : { kind: 'codec', codec }
}

function refused(code: number, message: string): Classification {
  return { kind: 'refused', refusal: { status: 400, code, message } }
}
