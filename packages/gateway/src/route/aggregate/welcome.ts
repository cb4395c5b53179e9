import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { LEGACY_NEWEST, legacyCodecOf } from '../../protocol/revisions.ts'
import { REVISION_2026_07_28 } from '../../protocol/rev-2026-07-28/codec.ts'
import type { EndpointRequest } from '../endpoint.ts'
import { unionOfCapabilities } from './greeting.ts'
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

/** The `result` of `initialize` at an aggregate. */
export function welcomeLegacy(request: EndpointRequest, membership: Membership): string {
  const asked = requestedRevision(request.paramsText)
  return JSON.stringify({
    protocolVersion: (legacyCodecOf(asked) ?? LEGACY_NEWEST).revision,
    capabilities: unionOfCapabilities(
      membership.members.map(({ greeting }) => greeting.capabilities),
    ),
    serverInfo: SERVER_INFO,
    ...instructionsOf(membership),
  })
}

/** The `result` of `server/discover` at an aggregate (MCP 2026-07-28). */
export function welcomeModern(membership: Membership): string {
  return JSON.stringify({
    resultType: 'complete',
    supportedVersions: [REVISION_2026_07_28],
    capabilities: unionOfCapabilities(
      membership.members.map(({ greeting }) => greeting.capabilities),
    ),
    ...instructionsOf(membership),
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
function instructionsOf({ members, absentees }: Membership): { instructions?: string } {
  const parts = members.flatMap(({ server, greeting: { instructions } }) =>
    instructions === undefined || instructions.trim() === ''
      ? []
      : [`# ${server.alias}\n${instructions.trim().slice(0, INSTRUCTIONS_CHARS_MAX)}`],
  )
  if (absentees.length > 0) {
    const lines = absentees.map(({ server, reason }) => `- ${server.alias}: ${reason}`)
    parts.push(`# Not available here\n${lines.join('\n')}`)
  }
  return parts.length === 0 ? {} : { instructions: parts.join('\n\n') }
}
