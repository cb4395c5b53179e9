import { headerOf, type Codec, type HeaderBag, type RpcRefusal } from './codec.ts'
import { RPC_INVALID_REQUEST } from './message.ts'
import { rev20241105 } from './rev-2024-11-05/codec.ts'
import { rev20250326 } from './rev-2025-03-26/codec.ts'
import { rev20250618 } from './rev-2025-06-18/codec.ts'
import { rev20251125 } from './rev-2025-11-25/codec.ts'

const LEGACY_CODECS = [rev20251125, rev20250618, rev20250326, rev20241105]

/** The revisions of the legacy era, the newest first. */
export const LEGACY_REVISIONS: readonly string[] = LEGACY_CODECS.map(({ revision }) => revision)

/** What is offered when a client asks for a revision that we do not have. */
export const LEGACY_NEWEST: Codec = rev20251125

/** What a client speaks that names no revision and has no session (MCP 2025-06-18, protocol version header). */
export const LEGACY_ASSUMED: Codec = rev20250326

/** The codec of a legacy revision; undefined when it is none of ours. */
export function legacyCodecOf(revision: string | undefined): Codec | undefined {
  return LEGACY_CODECS.find((codec) => codec.revision === revision)
}

/** The codec that a request's version header names, the assumed one when there is none; undefined when it is not ours. */
export function legacyCodecIn(headers: HeaderBag): Codec | undefined {
  const version = headerOf(headers, 'mcp-protocol-version')
  return version === undefined ? LEGACY_ASSUMED : legacyCodecOf(version)
}

/** The answer to a version header that names no revision of ours (MCP 2025-06-18: 400). */
export function refuseVersion(headers: HeaderBag): RpcRefusal {
  const version = headerOf(headers, 'mcp-protocol-version') ?? ''
  return {
    status: 400,
    code: RPC_INVALID_REQUEST,
    message: `MCP-Protocol-Version ${version} is not supported; use one of ${LEGACY_REVISIONS.join(', ')}`,
  }
}
