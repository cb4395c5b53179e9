import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { LEGACY_NEWEST, legacyCodecOf } from '../../protocol/revisions.ts'
import { REVISION_2026_07_28 } from '../../protocol/rev-2026-07-28/codec.ts'
import type { EndpointRequest } from '../endpoint.ts'
import { unionOfCapabilities, type OfferedCapabilities } from './greeting.ts'
import type { Membership } from './membership.ts'

/** How the gateway names itself. */
export const SERVER_INFO = {
  name: 'mcp-orchestra',
  title: 'MCP-Orchestra',
  version: '0.1.0',
} as const

/** How long a modern client may keep lists of the aggregate: changes of grants must show soon. */
export const LIST_TTL_MS = 5_000

/** One server's instructions, at most; longer ones are the server's own endpoint's business. */
const INSTRUCTIONS_CHARS_MAX = 4_000

/** The `result` of `initialize` or `server/discover` at an aggregate. */
export function welcome(request: EndpointRequest, membership: Membership): string {
  const offers = membership.members.map(({ greeting }) => greeting.capabilities)
  return welcomeWith(request, unionOfCapabilities(offers, request.era), instructionsOf(membership))
}

/** The greeting of an endpoint over many servers, in the client's era (MCP lifecycle; MCP 2026-07-28, discover). */
export function welcomeWith(
  { era, paramsText }: EndpointRequest,
  capabilities: OfferedCapabilities,
  instructions: string | undefined,
): string {
  const shared = { capabilities, ...(instructions === undefined ? {} : { instructions }) }
  if (era === 'legacy') {
    const { revision } = legacyCodecOf(requestedRevision(paramsText)) ?? LEGACY_NEWEST
    return JSON.stringify({ protocolVersion: revision, serverInfo: SERVER_INFO, ...shared })
  }
  return JSON.stringify({
    resultType: 'complete',
    supportedVersions: [REVISION_2026_07_28],
    ...shared,
    ttlMs: LIST_TTL_MS,
    cacheScope: 'private',
    _meta: MODERN_META,
  })
}

/** `_meta` of each modern result of ours (display only). */
export const MODERN_META = { 'io.modelcontextprotocol/serverInfo': SERVER_INFO } as const

/** The revision that the client asks for (MCP lifecycle, version negotiation). */
function requestedRevision(paramsText = '{}'): string | undefined {
  return stringAt(paramsText, memberOf(scanObject(paramsText), 'protocolVersion')?.value)
}

/** What each member says of itself, and who is missing and why. */
function instructionsOf({ members, absentees }: Membership): string | undefined {
  const parts = members.flatMap(({ server, greeting: { instructions } }) =>
    instructions === undefined || instructions.trim() === ''
      ? []
      : [`# ${server.alias}\n${instructions.trim().slice(0, INSTRUCTIONS_CHARS_MAX)}`],
  )
  if (absentees.length > 0) {
    const lines = absentees.map(({ server, reason }) => `- ${server.alias}: ${reason}`)
    parts.push(`# Not available here\n${lines.join('\n')}`)
  }
  return parts.length === 0 ? undefined : parts.join('\n\n')
}
